// One connection to the event log, which takes itself up again whatever breaks it.
//
//   new Line(path, after, { event(name, data, id), state(connected), sign() })
//
// By a stream; where a proxy between keeps it back, by asking for what came since.
// `sign` is told of each sign of life. It runs in a page or in a shared worker.

const FIRST_WAIT = 1000 // ms
const LONGEST_WAIT = 30_000
const FIRST_WORD = 8000 // a stream speaks at once; one that does not is being kept back
const SILENCE = 60_000 // the server says something every 25 s
const POLL = 4000
const POLL_UNSEEN = 20_000 // where nobody looks
const POLL_FOR = 300_000 // then the stream is tried again
const ANSWER = 15_000
// The server cannot do it here, or somebody between does not let it.
const NO_STREAM = new Set([404, 405, 406, 501])

class Kept extends Error {}

export class Line {
  constructor(path, after, told) {
    Object.assign(this, { path, last: after, told, wait: FIRST_WAIT, silences: 0, connected: false })
    this.wake = () => this.woken()
    globalThis.addEventListener?.('online', this.wake)
    globalThis.document?.addEventListener('visibilitychange', this.wake)
    this.run()
  }

  close() {
    this.closed = true
    this.abort?.abort()
    clearTimeout(this.timer)
    this.rest?.()
    globalThis.removeEventListener?.('online', this.wake)
    globalThis.document?.removeEventListener('visibilitychange', this.wake)
  }

  async run() {
    while (!this.closed) {
      try {
        await this.stream()
        this.wait = FIRST_WAIT
      } catch (error) {
        if (this.closed) return
        if (error instanceof Kept) await this.poll()
        if (this.closed) return
        this.tell(false)
      }
      if (this.closed) return
      // Not all at once, when a server comes back and a thousand desks wait for it.
      await this.pause(this.wait * (0.5 + Math.random()))
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT)
    }
  }

  // Ends as the server ends it, who does so every few minutes: that is no break. Throws
  // Kept where no stream comes through.
  async stream() {
    this.abort = new AbortController()
    const { signal } = this.abort
    let spoke = false
    this.watch(FIRST_WORD)
    try {
      const response = await fetch(this.address(this.path), {
        headers: { Accept: 'text/event-stream' }, cache: 'no-store', signal,
      })
      if (NO_STREAM.has(response.status)) throw new Kept()
      if (!response.ok) throw new Error(String(response.status))
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) throw new Kept()
      for await (const text of words(response.body)) {
        this.watch(SILENCE)
        if (!spoke) this.tell(true)
        spoke = true
        this.wait = FIRST_WAIT
        this.told.sign()
        this.take(text)
      }
      if (!spoke) throw new Error('ended')
    } catch (error) {
      if (!this.closed && signal.reason === 'silent' && this.isKept(spoke)) throw new Kept()
      throw error
    } finally {
      clearTimeout(this.timer)
      this.half = ''
    }
  }

  // A machine that slept finds its stream silent too, and need not ask instead.
  isKept(spoke) {
    if (this.late > SILENCE / 2) return false
    this.silences += 1
    return !spoke || this.silences > 1
  }

  watch(within) {
    clearTimeout(this.timer)
    const due = Date.now() + within
    this.heardAt = Date.now()
    this.timer = setTimeout(() => {
      this.late = Date.now() - due
      this.abort.abort('silent')
    }, within)
  }

  // Other tabs tell whether anybody looks at them; a worker has no document at all.
  get unseen() { return (globalThis.document?.hidden ?? true) && !this.watched }

  // The network is back, or somebody looks again: a stream that should have said
  // something meanwhile is not believed.
  woken() {
    if (this.unseen) return
    if (this.rest) return this.rest()
    if (this.connected && !this.asking && Date.now() - this.heardAt > SILENCE / 2) this.abort.abort('woken')
  }

  // Server-sent events: lines of `name: value`, a message ends with an empty one.
  take(text) {
    const parts = ((this.half ?? '') + text).split('\n\n')
    this.half = parts.pop()
    for (const part of parts) {
      const fields = Object.fromEntries(part.split('\n').map((line) => {
        const at = line.indexOf(':')
        return [line.slice(0, at), line.slice(at + 1).trimStart()]
      }))
      if (fields.id) this.last = fields.id
      if (fields.data) this.told.event(fields.event, JSON.parse(fields.data), Number(fields.id ?? 0))
    }
  }

  async poll() {
    const until = Date.now() + POLL_FOR
    this.asking = true
    this.silences = 0
    let notices = null
    try {
      while (!this.closed && Date.now() < until) {
        const said = await since(this.path, this.last)
        if (this.closed) return
        this.wait = FIRST_WAIT
        this.tell(true)
        this.told.sign()
        tellAll(said, this.told.event)
        if (notices !== null && said.notices !== notices) this.told.event('notice', {}, 0)
        notices = said.notices
        this.last = String(said.last)
        await this.pause(this.unseen ? POLL_UNSEEN : POLL)
      }
    } catch {
      // As a stream that broke: later once more.
    } finally {
      this.asking = false
    }
  }

  address(path) {
    const address = new URL(path, location.href)
    if (this.last) address.searchParams.set('after', this.last)
    return address
  }

  tell(connected) {
    if (connected === this.connected) return
    this.connected = connected
    this.told.state(connected)
  }

  pause(time) {
    return new Promise((done) => {
      this.timer = setTimeout(done, time)
      this.rest = done
    }).finally(() => {
      clearTimeout(this.timer)
      this.rest = null
    })
  }
}

// What the log says came after an event. Throws where it does not answer.
export async function since(path, after) {
  const address = new URL(`${path}since/`, location.href)
  if (after) address.searchParams.set('after', after)
  const response = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER) })
  if (!response.ok || response.redirected) throw new Error(String(response.status))
  return response.json()
}

export function tellAll({ last, events, reload }, event) {
  if (reload) event('reload', {}, last)
  for (const data of events) event(data.kind, data, data.id)
}

async function* words(body) {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield decoder.decode(value, { stream: true })
  }
}
