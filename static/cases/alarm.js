// <urgent-alarm>: urgent news of the live stream sounds once and stands in a banner
// until somebody has looked at it.
//
// The page says `urgent:news` {kind, uuid} of what the server called urgent, and
// `subject:shown` {uuid} of what it has opened. The server says what the banner shows.
//
//   data-of-case, -of-whistle   where one line is fetched, with a uuid of zeros in it
//   data-asks                 kinds of which every word of the stream is asked about
import { element, fetchFragment } from 'govmap/http'

const ZEROS = '00000000-0000-0000-0000-000000000000'
const ADDRESS = { case: ({ ofCase }) => ofCase, whistle: ({ ofWhistle }) => ofWhistle }
const SWITCH = 'govmap:sound' // '0' where somebody turned it off
const KEPT = 'govmap:alarms' // of this tab, over a reload
const MOST = 5 // lines
const TONES = [[880, 0], [660, 0.22], [880, 0.44]] // hertz, seconds from now
const LENGTH = 0.18 // seconds of one tone
const LOUD = 0.25

const store = {
  get: (area, key) => { try { return area.getItem(key) } catch { return null } },
  set: (area, key, value) => { try { area.setItem(key, value) } catch { /* closed */ } },
}

class UrgentAlarm extends HTMLElement {
  connectedCallback() {
    this.banner = this.querySelector('[data-banner]')
    this.lines = this.querySelector('[data-lines]')
    this.notes = this.querySelectorAll('[data-note]')
    this.switch = this.querySelector('[data-sound]')
    this.known = new Set() // told, or looked at
    this.switch.checked = store.get(localStorage, SWITCH) !== '0'
    this.showSwitch()
    this.switch.addEventListener('change', () => this.turn())
    this.querySelector('[data-try]').addEventListener('click', () => this.sound())
    this.banner.addEventListener('click', (event) => this.clicked(event))
    this.heard = ({ detail }) => this.tell(detail.kind, detail.uuid)
    this.shown = ({ detail }) => this.looked(detail.uuid)
    document.addEventListener('urgent:news', this.heard)
    document.addEventListener('subject:shown', this.shown)
    this.asked = (this.dataset.asks ?? '').split(' ').filter(Boolean).map((kind) => {
      const ask = ({ detail }) => this.tell(kind, detail.uuid)
      document.addEventListener(`govmap:${kind}`, ask)
      return [kind, ask]
    })
    // The first click or key lets the page sound, and what waited is heard.
    this.unlock = () => { this.audio()?.resume().then(() => this.unlocked()) }
    for (const name of ['pointerdown', 'keydown']) addEventListener(name, this.unlock, { once: true })
    this.restore()
  }

  disconnectedCallback() {
    document.removeEventListener('urgent:news', this.heard)
    document.removeEventListener('subject:shown', this.shown)
    for (const [kind, ask] of this.asked) document.removeEventListener(`govmap:${kind}`, ask)
    for (const name of ['pointerdown', 'keydown']) removeEventListener(name, this.unlock)
    this.context?.close()
  }

  /* The banner */

  async tell(kind, uuid, { aloud = true } = {}) {
    if (this.known.has(uuid)) return
    const { ok, status, html, response } = await fetchFragment(ADDRESS[kind](this.dataset).replace(ZEROS, uuid))
    if (!ok || status === 204 || response.redirected || this.known.has(uuid)) return
    this.known.add(uuid)
    const line = element(html)
    line.dataset.kind = kind
    this.lines.prepend(line)
    while (this.lines.children.length > MOST) this.lines.lastElementChild.remove()
    this.banner.hidden = false
    this.keep()
    if (aloud && this.switch.checked) this.sound()
  }

  looked(uuid) {
    this.known.add(uuid)
    const line = this.banner.querySelector(`[data-alarm="${CSS.escape(uuid)}"]`)
    if (!line) return
    line.remove()
    this.banner.hidden = !this.lines.children.length
    this.keep()
  }

  clicked(event) {
    const line = event.target.closest('[data-alarm]')
    if (!line) return
    const { alarm: uuid, kind } = line.dataset
    if (event.target.closest('[data-dismiss]')) return this.looked(uuid)
    if (!event.target.closest('[data-look]') || event.ctrlKey || event.metaKey) return
    // A page that can open it where it is says so.
    const open = new CustomEvent('urgent:open', { detail: { kind, uuid }, cancelable: true })
    if (!document.dispatchEvent(open)) event.preventDefault()
    this.looked(uuid)
  }

  keep() {
    const lines = Array.from(this.lines.children, ({ dataset }) => [dataset.kind, dataset.alarm])
    store.set(sessionStorage, KEPT, JSON.stringify(lines))
  }

  restore() {
    const kept = JSON.parse(store.get(sessionStorage, KEPT) ?? '[]')
    for (const [kind, uuid] of kept.reverse()) this.tell(kind, uuid, { aloud: false })
  }

  /* The sound */

  turn() {
    store.set(localStorage, SWITCH, this.switch.checked ? '1' : '0')
    this.showSwitch()
    if (!this.switch.checked) this.waits = false
    this.say('')
  }

  showSwitch() {
    this.querySelector('[data-icon-on]').hidden = !this.switch.checked
    this.querySelector('[data-icon-off]').hidden = this.switch.checked
  }

  audio() {
    if (!this.context && globalThis.AudioContext) this.context = new AudioContext()
    return this.context
  }

  async sound() {
    const context = this.audio()
    if (!context) return this.say(this.dataset.silent)
    // Where nobody has clicked yet, this promise waits for it.
    if (context.state !== 'running') {
      this.waits = true
      this.say(this.dataset.waits)
      context.resume().then(() => this.unlocked())
      return undefined
    }
    return this.play(context)
  }

  unlocked() {
    if (this.context.state !== 'running') return
    this.say('')
    if (this.waits) this.play(this.context)
    this.waits = false
  }

  play(context) {
    this.waits = false
    for (const [pitch, after] of TONES) {
      const [tone, gain] = [context.createOscillator(), context.createGain()]
      const from = context.currentTime + after
      tone.frequency.value = pitch
      gain.gain.setValueAtTime(0, from)
      gain.gain.linearRampToValueAtTime(LOUD, from + 0.02)
      gain.gain.linearRampToValueAtTime(0, from + LENGTH)
      tone.connect(gain).connect(context.destination)
      tone.start(from)
      tone.stop(from + LENGTH)
    }
    this.dataset.sounded = String(Number(this.dataset.sounded ?? 0) + 1)
  }

  say(text) {
    for (const note of this.notes) {
      note.hidden = !text
      note.querySelector('span').textContent = text
    }
  }
}

customElements.define('urgent-alarm', UrgentAlarm)
