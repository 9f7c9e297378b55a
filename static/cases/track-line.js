// <track-line>: while the worker is on duty and the site keeps tracks, the phone says
// where it is, now and then. What cannot be sent is kept on the phone, bounded; nothing is
// told without the line being seen, nor when duty is over, nor once it was stopped, also
// where the server cannot hear of that yet.
import { post } from 'govmap/http'
import { fill } from 'govmap/words'

const MOST = 400 // positions kept without a network; then every second of the old ones goes
const AT_ONCE = 200
const SEND_EVERY = 60_000 // ms
const EARTH = 111_320 // metres of a degree of latitude
const LOCK = 'govmap-track'

class TrackLine extends HTMLElement {
  connectedCallback() {
    const { owner, every, metres, begins, until } = this.dataset
    this.key = `track:${owner}`
    this.every = Number(every) * 1000
    this.metres = Number(metres)
    this.words = JSON.parse(document.getElementById('track-words').textContent)
    this.state = this.querySelector('[data-state]')
    // By the phone's own clock, which may be wrong: as long as the server said.
    this.left = begins ? Date.parse(until) - Math.max(Date.parse(begins), Date.now()) : 0
    this.end = Date.now() + this.left
    this.ending = new AbortController()
    this.addEventListener('submit', (event) => this.tapped(event))
    if (!begins) { this.remember('told'); this.send(); return }
    if (this.isStopped) this.goesOff()
    else if (this.left > 0) this.watchAlone()
    else this.ended() // a page that the phone kept, of a duty that was
  }

  disconnectedCallback() {
    this.stop()
    removeEventListener('online', this.tellsOff)
  }

  // What he stopped by his own hand, named by when that duty began: no page of this phone
  // goes on with it. ``told``: the server knows.

  get isStopped() { return this.stopped?.begins === this.dataset.begins }

  get stopped() {
    try {
      return JSON.parse(localStorage.getItem(`${this.key}:off`))
    } catch {
      return null
    }
  }

  remember(state, begins = this.stopped?.begins) {
    if (!begins) return
    try {
      localStorage.setItem(`${this.key}:off`, JSON.stringify({ begins, state }))
    } catch { /* not allowed: then this page alone knows */ }
  }

  tapped(event) {
    if (!this.dataset.begins) return
    this.stop()
    this.remember('waits', this.dataset.begins)
    if (navigator.onLine) return
    event.preventDefault()
    this.goesOff()
  }

  // Nothing is told from now on; the server hears of it when there is a network.
  goesOff() {
    this.say(this.words.stopped)
    if (this.tellsOff) return
    this.tellsOff = async () => {
      if (this.stopped?.state === 'told') return
      const { ok, status } = await post(this.dataset.duty, { on: false }, this.headers)
      if (!ok && status !== 409) return
      this.remember('told')
      this.dataset.off = 'told'
      this.send()
    }
    addEventListener('online', this.tellsOff)
    if (navigator.onLine) this.tellsOff()
  }

  // Refused where somebody else has signed in on this phone since.
  get headers() { return { 'X-Sent-By': this.dataset.owner } }

  // One page of the phone tells its place, also where several are open.
  async watchAlone() {
    if (!navigator.locks) { this.watch(); return }
    this.say(this.words.elsewhere)
    const { signal } = this.ending
    const run = () => { this.watch(); return new Promise((done) => { this.release = done }) }
    await navigator.locks.request(LOCK, { signal }, run).catch(() => {})
  }

  watch() {
    if (this.isStopped) { this.goesOff(); return }
    if (!navigator.geolocation) { this.say(this.words.denied); return }
    this.say(this.words.waits)
    this.watching = navigator.geolocation.watchPosition(
      (position) => this.found(position),
      () => this.say(this.words.denied),
      { enableHighAccuracy: true, maximumAge: 10_000 },
    )
    this.sending = setInterval(() => this.send(), SEND_EVERY)
    this.online = () => this.send()
    addEventListener('online', this.online)
    if (this.left > 0) this.over = setTimeout(() => this.ended(), Math.min(this.left, 2 ** 31 - 1))
  }

  stop() {
    if (this.watching !== undefined) navigator.geolocation.clearWatch(this.watching)
    this.watching = undefined
    clearInterval(this.sending)
    clearTimeout(this.over)
    if (this.online) removeEventListener('online', this.online)
    this.ending.abort()
    this.release?.()
  }

  // The server knows whether duty goes on by the roster: the page asks it anew.
  ended() {
    this.send()
    this.stop()
    this.say(this.words.over)
  }

  // By the clock that is sent along: some browsers stamp a position by another one.
  found({ coords }) {
    const stamp = Date.now()
    if (this.isStopped) { this.stop(); this.goesOff(); return }
    if (stamp >= this.end) { this.ended(); return } // it slept when that was
    const one = { stamp, lon: round(coords.longitude), lat: round(coords.latitude), accuracy: Math.round(coords.accuracy) }
    const kept = this.kept()
    const last = kept.at(-1) ?? this.last
    if (last && !this.isNews(last, one)) return
    const first = !this.last
    this.last = one
    kept.push(one)
    this.keep(thinned(kept))
    this.tell()
    if (first) this.send()
  }

  isNews(last, one) {
    const time = Math.abs(one.stamp - last.stamp) // the clock may have been put back
    if (time < 10_000) return false
    const east = (one.lon - last.lon) * Math.cos(one.lat * Math.PI / 180)
    return time >= this.every || EARTH * Math.hypot(east, one.lat - last.lat) >= this.metres
  }

  async send() {
    const some = this.kept().slice(0, AT_ONCE)
    if (!some.length || this.busy || !navigator.onLine) return
    this.busy = true
    const { ok, status, data } = await post(this.dataset.url, { sent_at: Date.now(), positions: some }, this.headers)
    this.busy = false
    // Taken, or never to be taken; else, as where he must sign in again, it is tried again.
    if (ok || status === 400 || data?.code === 'NotAllowed') this.forget(some)
    if (status === 409) { this.keep([]); this.stop(); this.say(this.words.off); return }
    this.tell()
    this.dataset.sent = String(Number(this.dataset.sent ?? 0) + (ok ? some.length : 0))
    if (ok && this.kept().length) this.send()
  }

  forget(some) {
    const gone = new Set(some.map(({ stamp }) => stamp))
    this.keep(this.kept().filter(({ stamp }) => !gone.has(stamp)))
  }

  tell() {
    if (!this.last || this.watching === undefined) return
    const time = new Date(this.last.stamp).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
    const count = this.kept().length
    const waits = count > 1 ? ` ${fill(this.words.kept, { count })}` : ''
    this.say(fill(this.words.runs, { time }) + waits)
  }

  say(text) { if (this.state) this.state.textContent = text }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? []
    } catch {
      return []
    }
  }

  keep(rows) {
    try {
      if (rows.length) localStorage.setItem(this.key, JSON.stringify(rows))
      else localStorage.removeItem(this.key)
    } catch { /* no room, or not allowed: then only what is sent at once */ }
  }
}

// Full: the older half is kept at half its density, and the way stays whole.
function thinned(rows) {
  if (rows.length <= MOST) return rows
  const half = Math.floor(rows.length / 2)
  return rows.filter((_row, place) => place >= half || place % 2 === 0)
}

const round = (degrees) => Math.round(degrees * 1e6) / 1e6

customElements.define('track-line', TrackLine)
