// <wall-page>: the wall of a command centre.
//
// The server draws what is in every panel; here it is put on the grid of a scene, scenes
// follow one another, and what changed is fetched again: a moment after an event, and
// every half minute because limits run out by themselves. Cut off, it keeps what it has
// and says since when.
import { arranger } from 'cases/wall-arrange'
import { trendChart } from 'cases/wall-chart'
import { wallMap } from 'cases/wall-map'
import { fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { fill, words as shared } from 'govmap/words'

const setup = JSON.parse(document.getElementById('wall-setup').textContent)
const APART = 5000 // ms between two fetches at least
const ANYWAY = 30000 // ms after which it is asked in any case
const TURN = 12000 // ms that a page of a long list stays
const IDLE = 3000 // ms after which a full screen hides the pointer
const STACKED = matchMedia('(width < 768px)')
const WIDE = matchMedia('(min-aspect-ratio: 5/2)')

const language = document.documentElement.lang
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: setup.zone })
const date = new Intl.DateTimeFormat(language, { year: 'numeric', month: language.startsWith('zh') ? 'long' : 'short', day: 'numeric', timeZone: setup.zone })
const weekday = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: setup.zone })
const hour = (moment) => clock.format(moment).slice(0, 5)

class WallPage extends HTMLElement {
  connectedCallback() {
    this.piece = (name) => this.querySelector(`[data-${name}]`)
    Object.assign(this, {
      scenes: (WIDE.matches && setup.wide) || setup.layout.scenes, version: setup.layout.version, at: 0, turned: Date.now(),
      event: setup.live.event, heard: setup.live.event, asked: Date.now(), page: 0,
    })
    this.offset = Date.parse(setup.live.now) - Date.now() // the server's clock is right
    this.read = new Date(setup.live.at)
    this.tools()
    this.drawScenes()
    this.show(0)
    this.chart = trendChart(this.piece('chart'), this, setup)
    this.map = wallMap(this, setup)
    this.tick()
    this.ticking = setInterval(() => this.tick(), 1000)
    this.hear()
    this.resized = new ResizeObserver(() => this.turn(0))
    this.resized.observe(this.piece('grid'))
    STACKED.addEventListener('change', () => this.show(this.at))
    WIDE.addEventListener('change', () => this.widen())
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    clearInterval(this.ticking)
    clearTimeout(this.soon)
    this.live?.close()
    this.resized.disconnect()
  }

  // The network

  hear() {
    const changed = (data) => {
      this.heard = Math.max(this.heard, data?.id ?? 0)
      this.renewSoon()
    }
    const handlers = { case: changed, whistle: changed, reload: () => this.renewSoon() }
    this.live = listen(this.dataset.live, handlers, {
      state: (connected) => {
        this.connected = connected
        if (connected) this.renewSoon()
        this.say()
      },
    })
  }

  renewSoon() {
    if (this.soon) return
    const wait = Math.max(300, APART - (Date.now() - this.asked))
    this.soon = setTimeout(() => { this.soon = 0; this.renew() }, wait)
  }

  async renew() {
    this.asked = Date.now()
    const { ok, status, html, response } = await fetchFragment(this.dataset.panels)
    if (response?.redirected || status === 401 || status === 403) return this.trouble('signed_out')
    if (!ok) return this.trouble('lost')
    this.since = null
    this.why = ''
    this.take(html)
    this.say()
    // Kept for all walls for a few seconds: what was heard last may not be in it yet.
    if (this.event < this.heard) this.renewSoon()
  }

  trouble(why) {
    this.since ??= this.now()
    this.why = why
    this.say()
  }

  take(html) {
    const fresh = document.createElement('template')
    fresh.innerHTML = html
    const live = JSON.parse(fresh.content.getElementById('wall-live').textContent)
    for (const body of fresh.content.querySelectorAll('[data-body]')) this.put(body)
    this.read = new Date(live.at)
    this.offset = Date.parse(live.now) - Date.now()
    this.event = live.event
    this.map.take(live)
    this.chart.draw()
    this.turn(0)
    this.tick()
  }

  // Only what differs is touched: the focus stays, and nothing flickers.
  put(body) {
    const there = this.querySelector(`[data-body="${body.dataset.body}"]`)
    if (!there || there.said === body.innerHTML) return
    const held = there.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
    const known = new Set(Array.from(there.querySelectorAll('[data-tick]'), (row) => row.dataset.tick))
    there.said = body.innerHTML
    there.innerHTML = body.innerHTML
    for (const row of there.querySelectorAll('[data-tick]')) row.classList.toggle('is-new', known.size > 0 && !known.has(row.dataset.tick))
    if (held) there.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus()
  }

  say() {
    const state = this.piece('state')
    const cut = this.why || (this.connected === false ? 'lost' : '')
    if (cut) this.since ??= this.now()
    else this.since = null
    state.dataset.state = cut ? 'cut' : this.connected ? 'live' : ''
    const text = cut
      ? fill(setup.words[cut], { time: hour(this.since), at: hour(this.read) })
      : this.connected ? setup.words.live : ''
    const said = this.piece('state-text')
    if (said.textContent !== text) said.textContent = text
    if (cut === 'signed_out' && !state.querySelector('a')) {
      const link = document.createElement('a')
      link.href = this.dataset.signIn
      link.textContent = setup.words.sign_in
      state.append(link)
    }
  }

  // The clock

  now() { return new Date(Date.now() + this.offset) }

  tick() {
    const now = this.now()
    this.piece('clock').textContent = clock.format(now)
    this.piece('day').textContent = `${date.format(now)} ${weekday.format(now)}`
    for (const one of this.querySelectorAll('[data-due]')) this.count(one, now)
    if (Date.now() - this.asked > ANYWAY && !this.soon) this.renewSoon()
    if (Date.now() - this.turned > TURN) this.turn(1)
    this.cycle()
  }

  count(one, now) {
    const left = new Date(one.dataset.due) - now
    const minutes = Math.floor(Math.abs(left) / 60000)
    const values = { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60), minutes: minutes % 60 }
    const span = values.days ? fill(shared.days, { ...values, hours: values.hours % 24 }) : values.hours ? fill(shared.hours, values) : fill(shared.minutes, values)
    one.textContent = fill(left < 0 ? shared.over : shared.left, { span })
    one.classList.toggle('is-late', left < 0)
  }

  // Scenes

  drawScenes() {
    const bar = this.piece('scenes')
    bar.hidden = this.scenes.length < 2
    bar.replaceChildren(...this.scenes.map(({ name }, at) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = name
      button.addEventListener('click', () => this.show(at))
      return button
    }))
  }

  // The usual scenes of another screen; what a unit arranged is the same on all.
  widen() {
    if (this.arranging || !setup.wide) return
    this.scenes = WIDE.matches ? setup.wide : setup.layout.scenes
    this.drawScenes()
    this.show(0)
  }

  show(at) {
    this.at = Math.min(at, this.scenes.length - 1)
    this.began = Date.now()
    const buttons = this.piece('scenes').children
    for (const [one, button] of Array.from(buttons).entries()) {
      if (one === this.at) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
    }
    this.place()
  }

  // Each panel once, on the grid of the scene that is shown; on a phone all of them.
  place() {
    const placed = new Map(this.scenes[this.at].panels.map((one) => [one.panel, one]))
    const wanted = new Set(this.scenes.flatMap(({ panels }) => panels.map(({ panel }) => panel)))
    for (const panel of this.querySelectorAll('[data-panel]')) {
      const name = panel.dataset.panel
      const spot = placed.get(name)
      panel.hidden = STACKED.matches ? !wanted.has(name) : !spot
      panel.style.gridArea = spot && !STACKED.matches ? `${spot.y} / ${spot.x} / span ${spot.h} / span ${spot.w}` : ''
    }
    this.turn(0)
  }

  cycle() {
    if (this.paused || this.scenes.length < 2 || STACKED.matches || this.arranging) return
    if (this.querySelector('details[open]')) return
    if (Date.now() - this.began < this.scenes[this.at].seconds * 1000) return
    this.show((this.at + 1) % this.scenes.length)
  }

  // A list that is longer than its panel shows one page after the other.
  turn(on) {
    this.turned = Date.now()
    this.page = on && !this.paused ? this.page + 1 : this.page
    for (const box of this.querySelectorAll('[data-pages]')) this.turnOne(box)
  }

  turnOne(box) {
    const lines = Array.from(box.querySelectorAll('[data-line]'))
    for (const line of lines) line.hidden = false
    if (STACKED.matches || !lines.length || !box.clientHeight) return
    const top = lines[0].offsetTop
    const room = box.clientHeight - (lines[0].getBoundingClientRect().top - box.getBoundingClientRect().top)
    const last = lines.findLastIndex((line) => line.offsetTop + line.offsetHeight - top <= room + 1)
    if (last === lines.length - 1) return
    const size = Math.max(1, last + 1)
    // Of what goes on the newest stay.
    const from = box.dataset.pages === 'first' ? 0 : (this.page % Math.ceil(lines.length / size)) * size
    for (const [at, line] of lines.entries()) line.hidden = at < from || at >= from + size
  }

  // Tools

  tools() {
    this.piece('tools').hidden = false
    this.piece('pause').addEventListener('click', () => this.pause())
    this.piece('full').addEventListener('click', () => this.full())
    addEventListener('keydown', (event) => this.key(event))
    document.addEventListener('fullscreenchange', () => {
      document.documentElement.classList.toggle('is-display', Boolean(document.fullscreenElement))
      this.wake()
    })
    for (const name of ['pointermove', 'keydown']) addEventListener(name, () => this.stir())
    this.addEventListener('click', (event) => {
      // A screen that hangs on the wall is looked at: no touch leads away from it.
      if (document.fullscreenElement && event.target.closest('a')) event.preventDefault()
    })
    const arrange = this.piece('arrange')
    if (arrange) arranger(this, arrange, setup)
  }

  stir() {
    document.documentElement.classList.remove('is-idle')
    clearTimeout(this.idle)
    this.idle = setTimeout(() => document.documentElement.classList.add('is-idle'), IDLE)
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.arranging) return
    if (event.target.closest('input, select, textarea, summary')) return
    if (event.key === ' ' && !event.target.closest('button, a')) this.pause()
    else if (event.key === 'f') this.full()
    else if (event.key === 'ArrowRight') this.show((this.at + 1) % this.scenes.length)
    else if (event.key === 'ArrowLeft') this.show((this.at + this.scenes.length - 1) % this.scenes.length)
    else return
    event.preventDefault()
  }

  pause() {
    this.paused = !this.paused
    this.began = Date.now()
    const button = this.piece('pause')
    button.setAttribute('aria-pressed', String(this.paused))
    this.dataset.paused = String(this.paused)
  }

  // A tablet on a stand does not fall asleep while it displays.
  async wake() {
    if (!document.fullscreenElement) { this.awake?.release(); this.awake = null; return }
    try { this.awake = await navigator.wakeLock?.request('screen') } catch { this.awake = null }
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen()
    else document.documentElement.requestFullscreen?.().catch(() => {})
  }
}
customElements.define('wall-page', WallPage)
