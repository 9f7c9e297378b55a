// One connection for all tabs of a browser. A shared worker has it where there is one;
// else the tab that holds a lock has it and tells the others by a channel; else each its
// own. Whatever way, a tab tells each event once and in order:
//
//   new Tabs(path, after, { event(name, data), state(connected) }) → close(), last
import { Line, since, tellAll } from 'govmap/live-line'

const SIGN = 10_000 // ms between two signs of life that the leading tab passes on
const DEAD = 70_000 // without any, another tab takes over
const SPREAD = 10_000
// Who signs in after another in the same browser has a connection of his own.
const NAME = `govmap.live.${document.querySelector('meta[name=govmap-person]')?.content ?? ''}`

export class Tabs {
  constructor(path, after, told) {
    Object.assign(this, { path, last: after, told, waiting: null, connected: false })
    this.open()
    // A page in the browser's back cache, or put to sleep, may not keep anything.
    this.hide = () => this.part()
    this.show = (event) => { if (event.type === 'resume' || event.persisted) this.open() }
    addEventListener('pagehide', this.hide)
    addEventListener('pageshow', this.show)
    document.addEventListener('freeze', this.hide)
    document.addEventListener('resume', this.show)
  }

  close() {
    this.part()
    removeEventListener('pagehide', this.hide)
    removeEventListener('pageshow', this.show)
    document.removeEventListener('freeze', this.hide)
    document.removeEventListener('resume', this.show)
  }

  open() {
    if (this.way) return
    this.way = wayOf(this)
  }

  part() {
    this.way?.close()
    this.way = null
    this.waiting = null
    this.state(false)
  }

  // Ids grow in the order of the log: what is not newer has been told already. Without
  // one it is word that has no place in the log.
  heard(name, data, id) {
    if (this.waiting) return this.waiting.push([name, data, id])
    if (id && id <= Number(this.last) && name !== 'reload') return undefined
    if (id) this.last = String(id)
    return this.told.event(name, data)
  }

  state(connected) {
    if (connected === this.connected) return
    this.connected = connected
    this.told.state(connected)
  }

  // Who joins others asks for what they have been told since his page was made; what
  // comes meanwhile waits, so that the order stays.
  async catchUp() {
    if (!this.last || this.waiting) return
    const { way } = this
    const waiting = (this.waiting = [])
    let said = null
    for (let wait = 1000; !said && this.way === way; wait = Math.min(wait * 2, 30_000)) {
      try {
        said = await since(this.path, this.last)
      } catch {
        await new Promise((done) => { setTimeout(done, wait) })
      }
    }
    if (this.way !== way || this.waiting !== waiting) return
    this.waiting = null
    tellAll(said, (...event) => this.heard(...event))
    for (const event of waiting) this.heard(...event)
  }
}

function wayOf(tabs) {
  return startWorker(tabs) ?? withoutWorker(tabs)
}

// A page that came by plain HTTP has no locks, but it does have workers.
function withoutWorker(tabs) {
  return navigator.locks && globalThis.BroadcastChannel ? new Lead(tabs) : new Alone(tabs)
}

// What the connection tells goes to this tab.
function toldOf(tabs) {
  return {
    event: (name, data, id) => tabs.heard(name, data, id),
    state: (connected) => tabs.state(connected),
    sign: () => {},
  }
}

class Alone {
  constructor(tabs) { this.line = new Line(tabs.path, tabs.last, toldOf(tabs)) }
  close() { this.line.close() }
}

function startWorker(tabs) {
  try {
    const address = new URL('./live-worker.js', import.meta.url)
    return new Worked(tabs, new SharedWorker(address, { type: 'module', name: NAME }))
  } catch {
    return null // none here, as in most browsers of phones
  }
}

class Worked {
  constructor(tabs, worker) {
    Object.assign(this, { tabs, port: worker.port })
    this.port.addEventListener('message', ({ data }) => this.told(data))
    this.port.start()
    this.port.postMessage({ path: tabs.path, after: tabs.last, seen: !document.hidden })
    this.look = () => this.port.postMessage({ seen: !document.hidden })
    document.addEventListener('visibilitychange', this.look)
    // An old browser has shared workers that are no modules: such a one never answers.
    worker.addEventListener('error', () => this.instead())
    this.timer = setTimeout(() => this.instead(), SIGN)
  }

  told({ first, connected, name, data, id }) {
    clearTimeout(this.timer)
    if (first === false) this.tabs.catchUp()
    if (connected !== undefined) this.tabs.state(connected)
    if (name) this.tabs.heard(name, data, id)
  }

  instead() {
    if (this.tabs.way !== this) return
    this.close()
    this.tabs.way = withoutWorker(this.tabs)
  }

  close() {
    clearTimeout(this.timer)
    document.removeEventListener('visibilitychange', this.look)
    this.port.postMessage({ bye: true })
    this.port.close()
  }
}

class Lead {
  constructor(tabs) {
    this.tabs = tabs
    this.channel = new BroadcastChannel(NAME)
    this.channel.onmessage = ({ data }) => this.told(data)
    this.given = new AbortController()
    this.look = () => this.say({ looks: !document.hidden })
    document.addEventListener('visibilitychange', this.look)
    this.signed()
    this.apply()
  }

  say(message) {
    this.channel.postMessage(message)
  }

  // The lock at once, else when its holder goes.
  async apply() {
    const free = await this.hold({ ifAvailable: true })
    if (free || this.closed) return
    this.say({ asks: true, looks: !document.hidden })
    this.tabs.catchUp()
    this.hold({ signal: this.given.signal })
  }

  async hold(how) {
    try {
      return await navigator.locks.request(NAME, how, (lock) => lock && this.lead())
    } catch {
      // Taken by a tab that heard nothing of this one for long: follow it.
      this.line?.close()
      this.line = null
      if (!this.closed && !this.given.signal.aborted) this.apply()
      return true
    }
  }

  lead() {
    if (this.closed) return true
    clearTimeout(this.timer)
    this.line = new Line(this.tabs.path, this.tabs.last, {
      event: (name, data, id) => { this.say({ name, data, id }); this.tabs.heard(name, data, id) },
      state: (connected) => { this.say({ connected }); this.tabs.state(connected) },
      sign: () => this.sign(),
    })
    return new Promise((done) => { this.resign = () => done(true) })
  }

  sign() {
    if (Date.now() - (this.signedAt ?? 0) < SIGN) return
    this.signedAt = Date.now()
    this.say({ lives: true })
  }

  // A tab that somebody looks at answers each sign of life, so that a leader in the
  // background does not take its time.
  told({ asks, lives, looks, connected, name, data, id }) {
    if (asks && this.line) this.say({ connected: this.line.connected })
    if (looks && this.line) this.watch()
    if (this.line || asks || looks !== undefined) return
    if (lives && !document.hidden) this.look()
    this.signed()
    if (connected !== undefined) this.tabs.state(connected)
    if (name) this.tabs.heard(name, data, id)
  }

  watch() {
    clearTimeout(this.unwatch)
    this.unwatch = setTimeout(() => { if (this.line) this.line.watched = false }, 3 * SIGN)
    this.line.watched = true
    this.line.woken()
  }

  signed() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.takeOver(), DEAD + Math.random() * SPREAD)
  }

  takeOver() {
    if (this.line || this.closed) return
    this.given.abort()
    this.given = new AbortController()
    this.hold({ steal: true })
  }

  close() {
    this.closed = true
    clearTimeout(this.timer)
    clearTimeout(this.unwatch)
    document.removeEventListener('visibilitychange', this.look)
    this.given.abort()
    this.line?.close()
    this.resign?.()
    this.channel.close()
  }
}
