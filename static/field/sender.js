// Sends what waits on the phone, in its order: by a page, or by the worker while no page
// is open. A classic script as field/store is; it leaves govmapField.sender behind.
//
// Every item has a uuid that the phone made, and the server answers the same to what it
// has already: so whatever breaks off is simply sent again.
;(() => {
  const { store } = globalThis.govmapField
  const PARTS = '/api/v1/attachments/parts/'
  const ME = '/field/me/'
  const PART = 128 * 1024 // bytes; a broken one is sent again
  const PATIENCE = 45_000 // ms for one answer on a weak signal
  const LOCK = 'govmap-outbox'
  // A cache of this name: somebody signed out without a network.
  const LEAVING = 'govmap-leaving'
  const EXIT = '/accounts/logout/'
  const TRIES = 3 // of one part that the server has otherwise
  const MARK = { 'X-Requested-With': 'fetch' }
  // Of what was sent, so much is kept as the server answered it.
  const LONGEST = 60_000 // characters

  // {status, data, at}; 0 where the network failed. at: ms, by the server's clock.
  async function ask(url, options = {}) {
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), PATIENCE)
    options.signal?.addEventListener('abort', () => over.abort())
    try {
      const answer = await fetch(url, {
        credentials: 'same-origin', cache: 'no-store', ...options, signal: over.signal,
        headers: { ...MARK, ...options.headers },
      })
      const json = (answer.headers.get('Content-Type') ?? '').includes('json')
      const data = await (json ? answer.json() : answer.text())
      // Sent to the page of signing in.
      const at = Date.parse(answer.headers.get('Date'))
      return { status: answer.redirected ? 401 : answer.status, data, at }
    } catch {
      return { status: 0, data: null }
    } finally {
      clearTimeout(timer)
    }
  }

  // Tells the server of who signed out without a network. → false where it cannot yet
  // be told; until then nothing else is asked of it.
  async function leave() {
    if (!globalThis.caches || !(await caches.has(LEAVING))) return true
    const { status, data } = await ask(ME)
    if (status === 200 && data?.account) {
      const headers = { ...MARK, 'X-CSRFToken': data.csrf }
      const gone = await fetch(EXIT, { method: 'POST', headers, credentials: 'same-origin' }).catch(() => null)
      if (!gone?.ok) return false
    } else if (status !== 401) return false
    return caches.delete(LEAVING)
  }

  // Who is signed in, and what his requests need: {account, csrf}; or {status}.
  async function whose() {
    if (globalThis.navigator?.onLine === false || !(await leave())) return { status: 0 }
    const { status, data } = await ask(ME)
    return status === 200 && data?.account ? { status, ...data } : { status: status === 200 ? 0 : status }
  }

  const headersOf = ({ csrf, account }) => ({
    'X-CSRFToken': csrf, ...(account && { 'X-Sent-By': account }),
  })

  async function digestOf(blob) {
    if (!globalThis.crypto?.subtle) return {} // not on plain http
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
    return { sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') }
  }

  // A photo by parts, from where the server has it. {status, text}: 200 it is there, 0
  // and 500 and more: later; else what the server says of it.
  async function upload(id, blob, who, { progress = () => {}, signal } = {}) {
    const headers = { ...headersOf(who), 'Content-Type': 'application/json' }
    const told = JSON.stringify({ uuid: id, length: blob.size, ...(await digestOf(blob)) })
    const announce = () => ask(PARTS, { method: 'POST', headers, body: told, signal })
    let stands = await announce()
    let tries = 0
    while (!stands.data?.photo) {
      const { status, data } = stands
      // The server swept it, or it broke on its way: from the beginning.
      const lost = status === 404 || data?.code === 'BrokenOnTheWay'
      const elsewhere = status === 409
      if ((lost || elsewhere) && ++tries > TRIES) return { status: 503, text: '' }
      if (lost) { stands = await announce(); continue }
      if (!Number.isInteger(data?.at)) return { status: elsewhere ? 503 : status, text: data?.detail ?? '' }
      progress(data.at / blob.size)
      stands = await put(id, blob.slice(data.at, data.at + PART), data.at, who, signal)
    }
    progress(1)
    return { status: 200, text: '' }
  }

  async function put(id, part, at, who, signal) {
    const headers = { ...headersOf(who), 'Content-Type': 'application/octet-stream' }
    // Old browsers cannot send what lies in their database as it is.
    const body = await part.arrayBuffer()
    return ask(`${PARTS}${id}/?at=${at}`, { method: 'PUT', headers, body, signal })
  }

  const isWaiting = ({ state }) => state === 'waiting'

  // One after the other, whatever tabs and workers there are.
  function alone(work) {
    const locks = globalThis.navigator?.locks
    return locks ? locks.request(LOCK, work) : work()
  }

  // Sends all that waits of whoever is signed in. tell({id, percent}) on the way and
  // tell({changed: true}) after each. → 'done', 'offline', 'signed-out' or 'later'
  function pump(tell = () => {}) {
    return alone(async () => {
      const all = (await store.all('items')).filter(({ state }) => state !== 'sent')
      if (!all.some(isWaiting)) return 'done'
      const who = await whose()
      if (!who.account) return who.status === 401 ? 'signed-out' : 'offline'
      const mine = all.filter(({ owner }) => owner === who.account)
      return sendAll(mine.sort((one, other) => one.queued - other.queued), who, tell)
    })
  }

  async function sendAll(items, who, tell) {
    let ended = 'done'
    const held = new Set() // what somebody did later waits for what he did before
    for (const item of items) {
      if (held.has(item.about)) continue
      // Nor does it go round what the server refused and nobody has decided on.
      if (!isWaiting(item)) { held.add(item.about); continue }
      const told = await sendOne(item, who, tell)
      tell({ changed: true, id: item.id })
      if (told === 'offline' || told === 'signed-out') return told
      if (told === 'later') { ended = told; held.add(item.about) }
      if (told === 'refused') held.add(item.about)
    }
    return ended
  }

  async function sendOne(item, who, tell) {
    const missing = await photosOf(item, who, tell)
    const answer = missing ?? await post(item, who)
    const { status } = answer
    if (status === 0) return 'offline'
    if (status === 401) return 'signed-out'
    if (status >= 500 || status === 408 || status === 429) {
      await renew(item.id, { tries: (item.tries ?? 0) + 1 })
      return 'later'
    }
    const taken = status < 300
    await settle(item, taken ? 'sent' : 'refused', answer)
    return taken ? 'sent' : 'refused'
  }

  // What went wrong with a photo, or null once all of them are there.
  async function photosOf(item, who, tell) {
    const rows = await Promise.all(item.photos.map((id) => store.get('blobs', id)))
    const left = rows.filter(Boolean)
    for (const [number, { id, blob }] of left.entries()) {
      const share = (part) => tell({ id: item.id, percent: Math.round((95 * (number + part)) / left.length) })
      share(0)
      const { status, text } = await upload(id, blob, who, { progress: share })
      if (status !== 200) return { status, data: text }
      await store.remove('blobs', id)
    }
    return null
  }

  function post(item, who) {
    const body = new FormData()
    for (const [name, value] of item.fields) body.append(name, value)
    // By the phone's own clock, as it stands now: the server reads from it how wrong
    // what it wrote before is.
    body.append('sent_at', new Date().toISOString())
    return ask(item.url, { method: 'POST', headers: headersOf({ ...who, account: item.owner }), body })
  }

  async function renew(id, more) {
    const item = await store.get('items', id)
    if (item) await store.put('items', { ...item, ...more })
  }

  // Nobody waits for what was thrown away meanwhile.
  async function settle({ id, photos }, state, { status, data, at }) {
    const item = await store.get('items', id)
    if (!item) return
    const answer = typeof data === 'string' ? data : data?.detail ?? ''
    await store.change((stores) => {
      const now = Date.now()
      const settled = { ...item, state, status, answer: answer.slice(0, LONGEST), settled: now, taken: at || now }
      // The server has it: the phone only says that it went.
      stores.items.put(state === 'sent' ? { ...settled, fields: [], typed: null } : settled)
      if (state === 'sent') for (const photo of photos) stores.blobs.delete(photo)
    })
  }

  globalThis.govmapField.sender = { LEAVING, leave, pump, upload, whose }
})()
