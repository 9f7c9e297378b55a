// The event stream. An event only names a subject; whoever hears it fetches it again,
// so the server decides who sees what.

const FIRST_WAIT = 1000 // ms
const LONGEST_WAIT = 30000
// Told to the document too: parts of a page that have no stream of their own listen.
const SHARED = ['presence', 'case', 'whistle']
const openStreams = new Set()

// Whether any stream of this page is open or on its way.
export const isListening = () => openStreams.size > 0

// listen(url, {case: (data) => …}, {state: (connected) => …}) -> {close}
//
// A broken connection is taken up again by the browser, with Last-Event-ID. An answer
// that is no stream ends an EventSource for good: then a new one is made, later and
// later, which tells by `after` where it stopped. Word of the reader's own notices, of
// who else is there, of cases and whistles goes to the document, whichever part of the
// page has the stream.
export function listen(url, handlers, { state = () => {} } = {}) {
  let source = null
  let timer = 0
  let wait = FIRST_WAIT
  let last = ''

  function open() {
    const address = new URL(url, location.href)
    if (last) address.searchParams.set('after', last)
    source = new EventSource(address)
    source.addEventListener('open', () => { wait = FIRST_WAIT; state(true) })
    source.addEventListener('error', failed)
    source.addEventListener('notice', () => document.dispatchEvent(new CustomEvent('govmap:notice')))
    for (const name of SHARED) {
      source.addEventListener(name, (event) => {
        document.dispatchEvent(new CustomEvent(`govmap:${name}`, { detail: JSON.parse(event.data) }))
      })
    }
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) last = event.lastEventId
        handle(JSON.parse(event.data))
      })
    }
  }

  function failed() {
    state(false)
    if (source.readyState !== EventSource.CLOSED) return
    // Not all at once, when a server comes back and a thousand desks wait for it.
    timer = setTimeout(open, wait * (0.5 + Math.random()))
    wait = Math.min(wait * 2, LONGEST_WAIT)
  }

  const stream = {}
  openStreams.add(stream)
  open()
  // A page in the browser's back cache may not keep a connection.
  const hide = () => source.close()
  const show = (event) => { if (event.persisted) open() }
  addEventListener('pagehide', hide)
  addEventListener('pageshow', show)
  return Object.assign(stream, {
    close() {
      openStreams.delete(stream)
      clearTimeout(timer)
      source.close()
      removeEventListener('pagehide', hide)
      removeEventListener('pageshow', show)
    },
  })
}
