// <task-list>: what waits for me, nearest in time or in space first. The next step is
// done in place: its form comes into the card and sends itself (workflow/move-form).
//
// An event only names a case; its card is fetched again, so the server decides. What
// other rooms ask (visits, surveys, rounds, whistles) stands in the same list; those
// cards are fetched together.
import { element, fetchFragment, post, uuid } from 'govmap/http'
import { tick } from 'govmap/clock'
import { listen } from 'govmap/live'
import { keep, keepMove } from 'field/acts'
import { mine } from 'field/outbox'
import { notify } from 'govmap/notice'
import { fill } from 'govmap/words'
import { loadMap } from 'layers/lazy-map'
import 'cases/alarm'
import 'workflow/presence'

const EARTH = 6_371_000 // metres
const AT_WORK = '.task-open, [data-busy], :has(details[open])'
const WINDS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw']
const AT_ONCE = 15 // metres: whoever is so near is there
const PAUSE = 400 // ms: what is heard together is one look
const APART = 2500 // between two looks: a street's surveyors tick all day

class TaskList extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById('task-words').textContent)
    this.cards = this.querySelector('[data-cards]')
    this.said = this.querySelector('[data-said]')
    this.order = 'due'
    this.only = ''
    this.addEventListener('click', (event) => this.clicked(event))
    this.addEventListener('move:answer', (event) => this.answered(event))
    this.addEventListener('move:lost', (event) => { event.preventDefault(); this.keepLost(event.target) })
    this.live = listen(this.dataset.live, {
      case: (told) => this.heard(told.uuid),
      whistle: () => this.heardOther(),
      errand: () => this.heardOther(),
      record: () => this.heardOther(),
      reload: () => location.reload(),
    })
    this.addEventListener('submit', (event) => this.submitted(event))
    this.addEventListener('queue:done', (event) => this.queued(event))
    this.queues()
    this.leaveOutWaiting()
    this.whereAmI()
  }

  disconnectedCallback() {
    this.live.close()
    clearTimeout(this.pause)
    this.map?.destroy()
  }

  get all() { return [...this.cards.querySelectorAll('.task')] }
  card(id) { return this.cards.querySelector(`[data-task="${CSS.escape(id)}"]`) }

  clicked(event) {
    const at = (selector) => event.target.closest(selector)
    const card = at('.task')
    const opener = at('[data-open]')
    if (opener && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      if (opener.dataset.atOnce) this.doAtOnce(card, opener)
      else this.open(card, opener)
    }
    if (at('[data-close]')) this.close(card)
    if (at('[data-order]')) this.choose(at('[data-order]').dataset.order)
    if (at('[data-only]')) this.show(at('[data-only]').dataset.only)
    if (at('[data-place-yes]')) this.answerPlace(true)
    if (at('[data-place-no]')) this.answerPlace(false)
    if (at('[data-map-toggle]')) this.toggleMap(at('[data-map-toggle]'))
  }

  // A step that asks for nothing is one tap.
  async doAtOnce(card, button) {
    if (card.dataset.busy) return
    card.dataset.busy = 'true'
    // Kept on the button: tapped again after a lost answer, it is the same act.
    button.dataset.act ??= uuid()
    const body = new FormData()
    for (const [name, value] of Object.entries({
      verb: button.dataset.verb, act_id: button.dataset.act, after_event: card.dataset.events, as: 'task',
    })) body.set(name, value)
    const [{ status, data, response }] = await Promise.all([post(button.dataset.atOnce, body), this.forms()])
    delete card.dataset.busy
    if (status === 0 && await keep(button.dataset.atOnce, [...body.entries()], this.about(card, button))) {
      return this.waits(card)
    }
    if (status === 0 || status >= 500 || response.redirected) return this.failed()
    return this.put(card, data, status)
  }

  // A list is looked at before anything in it is done: what its forms need comes with
  // the first of them. Without it they are sent by the browser.
  forms() {
    return Promise.all([import('workflow/photo'), import('workflow/move-form')]).catch(() => null)
  }

  queues() {
    if (this.querySelector('form[data-queue]')) import('field/queued').catch(() => null)
  }

  // Without a network it waits on the phone, and its card is done with.
  async keepLost(move) {
    const card = move.closest('.task')
    const done = move.querySelector('.move-send')
    if (await keepMove(move, this.about(card, done))) this.waits(card)
    else this.failed()
  }

  about(card, button) {
    return { about: card.dataset.task, title: `${card.dataset.label} · ${button.textContent.trim()}` }
  }

  // A page that the phone kept still shows what was done since.
  async leaveOutWaiting() {
    const waiting = (await mine().catch(() => [])).filter(({ state }) => state === 'waiting')
    for (const { about } of waiting) {
      const card = this.card(about)
      if (card && !card.matches(AT_WORK)) this.remove(card)
    }
  }

  // A form that the browser itself sends would be lost with its page.
  async submitted(event) {
    const form = event.target
    const isOwn = event.defaultPrevented || form.closest('move-form')
    if (isOwn || form.dataset.asked || (navigator.onLine && !('kept' in document.documentElement.dataset))) return
    event.preventDefault()
    const { status } = await fetchFragment('/field/me/')
    if (status !== 200) return this.failed()
    form.dataset.asked = 'yes'
    form.requestSubmit(event.submitter)
    return delete form.dataset.asked
  }

  // A form that the queue sends (field/queued): taken, or kept on the phone.
  queued(event) {
    const { state, sentence } = event.detail
    event.preventDefault()
    this.remove(event.target.closest('.task'))
    notify(sentence, { kind: state === 'sent' ? 'success' : '' })
  }

  waits(card) {
    this.remove(card)
    notify(JSON.parse(document.getElementById('outbox-words').textContent).kept)
  }

  async open(card, opener) {
    for (const menu of card.querySelectorAll('details[open]')) menu.open = false
    const [{ status, html, response }] = await Promise.all([fetchFragment(opener.dataset.open), this.forms()])
    if (status === 0 || status >= 500 || response.redirected) return this.failed()
    return this.put(card, html, status)
  }

  async close(card) {
    const id = card.dataset.task
    if ('done' in card.dataset) return this.remove(card)
    const { ok, status, html } = await fetchFragment(`${this.dataset.one}${id}/`)
    if (status === 204) return this.remove(card)
    if (!ok) return this.failed()
    const fresh = this.swap(card, html)
    fresh.querySelector('.task-do').focus()
    return undefined
  }

  answered({ target, detail }) {
    this.put(target.closest('.task'), detail.html, detail.status)
  }

  // The card as the server draws it now; a bare sentence where it will not.
  put(card, html, status) {
    const made = element(html)
    if (!made?.matches('.task')) {
      notify(made?.textContent.trim() ?? '', { kind: status < 400 ? 'success' : 'error' })
      if (status < 400 || status === 404) this.remove(card)
      return
    }
    const fresh = this.swap(card, html)
    fresh.scrollIntoView({ block: 'nearest' })
    const form = fresh.querySelector('move-form:not([hidden])')
    if (status >= 400 && form) form.focusFirst()
    else fresh.querySelector('[data-focus]')?.focus({ preventScroll: true })
    this.recount()
  }

  swap(card, html) {
    const fresh = element(html)
    card.replaceWith(fresh)
    tick(fresh)
    this.showDistance(fresh)
    return fresh
  }

  // A card that is open or just being sent is somebody's work: it is left alone, and the
  // server tells him when he sends what has become too late.
  async heard(id) {
    if (this.card(id)?.matches(AT_WORK)) return
    const { status, html, response } = await fetchFragment(`${this.dataset.one}${id}/`)
    const now = this.card(id)
    if (now?.matches(AT_WORK)) return
    if (status === 204 || status === 404) {
      if (now) { this.remove(now); this.said.textContent = this.words.left }
    } else if (status === 200 && !response.redirected) {
      if (now) this.swap(now, html)
      else this.insert(element(html))
    }
  }

  heardOther() {
    clearTimeout(this.pause)
    const wait = Math.max(PAUSE, (this.renewedAt ?? 0) + APART - Date.now())
    this.pause = setTimeout(() => this.renewOthers(), wait)
  }

  // All cards but cases, as they are now; one that is being filled in stays.
  async renewOthers() {
    this.renewedAt = Date.now()
    const { status, html, response } = await fetchFragment(this.dataset.others)
    if (status !== 200 || response.redirected) return
    const fresh = new Map([...element(html).children].map((card) => [card.dataset.task, card]))
    for (const card of this.all.filter(({ dataset }) => dataset.kind !== 'case')) {
      const now = fresh.get(card.dataset.task)
      fresh.delete(card.dataset.task)
      if (card.matches(AT_WORK)) continue
      if (now) card.replaceWith(now)
      else card.remove()
      if (now) { tick(now); this.showDistance(now) }
    }
    for (const card of fresh.values()) { this.cards.append(card); tick(card); this.showDistance(card) }
    this.queues()
    this.sort()
    this.show(this.only)
    this.recount()
  }

  insert(card) {
    this.cards.append(card)
    tick(card)
    this.showDistance(card)
    this.sort()
    this.show(this.only)
    this.recount()
    this.said.textContent = this.words.arrived
  }

  remove(card) {
    const next = card.nextElementSibling ?? card.previousElementSibling
    const had = card.contains(document.activeElement)
    card.remove()
    if (had) next?.querySelector('.task-do, [data-focus]')?.focus()
    this.recount()
  }

  recount() {
    const conferred = this.querySelectorAll('.conference-tasks li').length
    const left = conferred + this.all.filter((card) => !('done' in card.dataset)).length
    this.querySelector('[data-count]').textContent = left || ''
    this.querySelector('[data-empty]').hidden = conferred + this.all.length > 0
    this.querySelector('[data-tools]').hidden = !this.all.length
    this.pins?.set(this.geojson())
  }

  failed() { notify(this.words.offline, { kind: 'error' }) }

  // One kind alone, or all of them.
  show(only) {
    this.only = only
    for (const chip of this.querySelectorAll('[data-only]')) chip.setAttribute('aria-pressed', String(chip.dataset.only === only))
    for (const card of this.all) card.hidden = Boolean(only) && card.dataset.kind !== only
    this.pins?.set(this.geojson())
  }

  // Distance: the phone is asked for its place once, may be refused, and is not asked
  // again. What was chosen is kept on this phone.
  get kept() { return memory(`tasks:${this.dataset.owner}`) }
  keep(change) { remember(`tasks:${this.dataset.owner}`, { ...this.kept, ...change }) }

  async whereAmI() {
    const { place, order } = this.kept
    if (order === 'near') this.mark('near')
    const asked = place !== undefined
    const granted = await isGranted()
    if (place === 'no' && order !== 'near') return
    if (granted || place === 'yes') {
      if (!(await this.locate())) this.fallBack()
      else this.sort()
    } else if (!asked && navigator.geolocation && isSecureContext) {
      const any = this.all.some(({ dataset }) => dataset.lon)
      this.querySelector('[data-ask-place]').hidden = !any
      this.fallBack()
    } else this.fallBack()
  }

  async answerPlace(yes) {
    this.querySelector('[data-ask-place]').hidden = true
    this.keep({ place: yes ? 'yes' : 'no' })
    if (!yes) return
    if (await this.locate()) this.sort()
    else this.refused()
  }

  refused() {
    this.keep({ place: 'no' })
    this.fallBack()
    notify(this.words.no_place, { kind: 'error' })
  }

  fallBack() { if (!this.here) this.mark('due') }

  locate() {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve(false)
      return navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          this.here = coords
          this.all.forEach((card) => this.showDistance(card))
          this.showHere()
          resolve(true)
        },
        () => resolve(false),
        { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
      )
    })
  }

  // Which way and how far, as somebody on foot asks.
  showDistance(card) {
    const [metres, wind] = this.way(card)
    const place = card.querySelector('[data-distance]')
    if (metres === Infinity || !place) return
    const before = place.previousSibling?.textContent.trim() ? ' · ' : ''
    place.textContent = `${before}${this.wayWords(metres, wind)}`
  }

  wayWords(metres, wind) {
    if (metres < AT_ONCE) return this.words.here
    const direction = this.words[wind]
    return metres < 1000
      ? fill(this.words.metres, { direction, metres: Math.round(metres / 10) * 10 })
      : fill(this.words.kilometres, { direction, kilometres: (metres / 1000).toFixed(1) })
  }

  distance(card) { return this.way(card)[0] }

  // [metres, wind] to the card's nearest place
  way(card) {
    const places = this.here ? placesOf(card) : []
    const radians = Math.PI / 180
    return places.reduce((best, [lon, lat]) => {
      const y = (lat - this.here.latitude) * radians
      const x = (lon - this.here.longitude) * radians * Math.cos(lat * radians)
      const metres = Math.hypot(x, y) * EARTH
      if (metres >= best[0]) return best
      return [metres, WINDS[Math.round(Math.atan2(x, y) / (Math.PI / 4) + 8) % 8]]
    }, [Infinity, ''])
  }

  mark(order) {
    this.order = order
    for (const button of this.querySelectorAll('[data-order]')) {
      button.setAttribute('aria-pressed', String(button.dataset.order === order))
    }
  }

  async choose(order) {
    if (order === 'near' && !this.here && !(await this.locate())) { this.refused(); return }
    this.querySelector('[data-ask-place]').hidden = true
    this.keep(order === 'near' ? { order, place: 'yes' } : { order })
    this.mark(order)
    this.sort()
  }

  sort() {
    const due = ({ dataset }) => Date.parse(dataset.due) || Infinity
    // By time, what a special period puts first stands before the rest.
    const near = this.order === 'near'
    const rank = (card) => (near ? 0 : Number(card.dataset.rank ?? 0))
    const far = near ? (card) => this.distance(card) : due
    const sorted = this.all.map((card) => [rank(card), far(card), card])
    sorted.sort(([first, one], [second, other]) => second - first || (one === other ? 0 : one - other))
    for (const [, , card] of sorted) this.cards.append(card)
  }

  // The map

  async toggleMap(button) {
    const open = button.getAttribute('aria-pressed') !== 'true'
    button.setAttribute('aria-pressed', String(open))
    const box = this.querySelector('.task-map')
    box.hidden = !open
    this.classList.toggle('has-map', open)
    if (!open || this.map || this.drawing) return
    this.drawing = true
    try {
      const createMap = await loadMap()
      this.map = await createMap(box.querySelector('[data-map]'))
      this.pins = this.map.addPins(this.geojson(), { onSelect: ({ id }) => this.select(id) })
      this.map.fit(this.geojson())
      this.showHere()
    } catch {
      notify(this.words.no_map, { kind: 'error' })
      box.hidden = true
    } finally {
      this.drawing = false
    }
  }

  // Where the phone is, among the tasks.
  showHere() {
    if (!this.map || !this.here) return
    const at = [this.here.latitude, this.here.longitude]
    const look = { radius: 8, className: 'task-here', interactive: false }
    this.spot ??= L.circleMarker(at, look).addTo(this.map.leaflet)
    this.spot.setLatLng(at)
  }

  select(id) {
    this.map.select(id)
    for (const card of this.all) card.classList.toggle('is-selected', card.dataset.task === id)
    const card = this.card(id)
    card.scrollIntoView({ block: 'nearest' })
    card.querySelector('.task-do, [data-focus]')?.focus({ preventScroll: true })
  }

  geojson() {
    const placed = this.all.filter((card) => card.dataset.lon && !card.hidden)
    const features = placed.flatMap((card) => placesOf(card).map((place) => feature(card, place)))
    return { type: 'FeatureCollection', features }
  }
}

// A survey or a round lies at many places.
function placesOf({ dataset: { lon, lat, points } }) {
  if (points) return points.trim().split(' ').map((text) => text.split(',').map(Number))
  return lon ? [[Number(lon), Number(lat)]] : []
}

async function isGranted() {
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state === 'granted'
  } catch {
    return false // an old browser: by asking only
  }
}

// Some web views have no storage: then nothing is kept.
function memory(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {}
  } catch {
    return {}
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch { /* full, or not allowed */ }
}

function feature(card, coordinates) {
  const { task, phase, label } = card.dataset
  const light = /light-(green|yellow|red)/.exec(card.querySelector('.light')?.className ?? '')
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates },
    properties: { id: task, phase, light: light?.[1] ?? '', glyph: label.slice(0, 1), label },
  }
}

customElements.define('task-list', TaskList)
