// The worker of the whole site. It keeps the phone's pages of the account that is signed
// in, and nothing of any other; everything else goes its usual way.
//
// The server writes before this: govmapShell {version, files, modules, offline, left,
// more, asIs, gates, exit}, and field/store and field/sender.
;(() => {
  const { version, files, modules, offline, left, more, asIs, gates, exit } = self.govmapShell
  const { store, sender } = self.govmapField
  const STATIC = `govmap-static-${version}`
  const PAGES = 'govmap-pages-' // and the account
  const MAP = 'govmap-map-' // and the account; field/map fills it
  const PATIENCE = 4000 // ms for the network, where a page is kept
  const FRESH = 600_000 // ms that a page is not asked for ahead again
  const PANES = 60 // forms of tasks and small pictures that are kept
  const shell = new Set(files)

  self.addEventListener('install', (event) => {
    routed(event)
    event.waitUntil(install())
  })
  self.addEventListener('activate', (event) => event.waitUntil(activate()))
  self.addEventListener('message', (event) => {
    const { data } = event
    if (data?.kind === 'pages') event.waitUntil(keepPages(data.pages))
  })
  self.addEventListener('sync', (event) => {
    if (event.tag === 'outbox') event.waitUntil(sendWaiting())
  })
  self.addEventListener('fetch', (event) => {
    const answer = answerTo(event.request)
    if (answer) event.respondWith(answer)
  })

  // Files whose names say what they hold need no worker to find them, where the browser
  // can do without: a page opens so much sooner. What it cannot, the worker does.
  function routed(event) {
    if (asIs || !event.addRoutes) return
    const or = files.map((pathname) => ({ urlPattern: { pathname } }))
    try {
      event.addRoutes({ condition: { or }, source: { cacheName: STATIC } })?.catch?.(() => {})
    } catch { /* an older shape of it */ }
  }

  async function install() {
    const cache = await caches.open(STATIC)
    await Promise.all([...files, offline, left].map((address) => keepFile(cache, address)))
    await self.skipWaiting()
  }

  // Names with a hash never change what they name.
  async function keepFile(cache, address) {
    const known = !asIs && shell.has(address) && await caches.match(address)
    const answer = known || await fetch(address, { cache: asIs ? 'no-cache' : 'default' })
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
    await cache.put(address, answer.clone())
  }

  async function activate() {
    await self.clients.claim()
  }

  // Of versions before this one: the pages that are kept still name their files. One that
  // was made later is of a worker that is just being installed.
  async function oldFiles() {
    const names = await caches.keys()
    const before = names.slice(0, Math.max(0, names.indexOf(STATIC)))
    return before.filter((name) => name.startsWith('govmap-static-'))
  }

  // Whose pages are kept

  let turn = 0 // raised when somebody signs in or out
  let changing = Promise.resolve()

  const account = () => store.get('meta', 'account').then((row) => row?.account ?? '', () => '')

  // One after the other. → whether it is so now; false also for a page that was asked for
  // before somebody signed in or out.
  function become(who, asked = turn) {
    changing = changing.then(() => (!who || asked === turn) && change(who)).catch(() => false)
    return changing
  }

  // Somebody else's pages and map go when one signs in, and all of them when one signs
  // out. What is not sent stays: it belongs to its account.
  async function change(who) {
    if (who && who === await account()) return true
    const own = [PAGES + who, MAP + who]
    for (const name of await caches.keys()) {
      if ((name.startsWith(PAGES) || name.startsWith(MAP)) && !own.includes(name)) await caches.delete(name)
    }
    await store.put('meta', { id: 'account', account: who })
    const sent = (await store.all('items')).filter(({ state, owner }) => state === 'sent' && owner !== who)
    for (const { id } of sent) await store.remove('items', id)
    return true
  }

  // The pages that he has not opened lately come ahead, the four and what they lead to;
  // after a new version all of them, and then the files of the old one go.
  async function keepPages(pages) {
    const old = await oldFiles()
    let all = true
    const asked = turn
    const others = await fetch(more, { credentials: 'same-origin' }).then((answer) => answer.json(), () => null).catch(() => null)
    if (others && asked === turn) await dropOver([...pages, ...others.pages])
    for (const address of [...pages, ...(others?.pages ?? [])]) {
      if (!old.length && await isFresh(address)) continue
      const asked = turn
      const answer = await fetch(address, { credentials: 'same-origin' }).catch(() => null)
      all = Boolean(answer && await noticed(address, answer, asked)) && all
    }
    if (all) await Promise.all(old.map((name) => caches.delete(name)))
  }

  // A survey that is over, a round of yesterday.
  async function dropOver(pages) {
    const cache = await pagesCache()
    for (const request of cache ? await cache.keys() : []) {
      const { pathname } = new URL(request.url)
      if (!isPart(pathname) && !pages.includes(pathname)) await cache.delete(request)
    }
  }

  async function isFresh(address) {
    const kept = await caches.match(address, { ignoreVary: true })
    return Boolean(kept) && Date.now() - Date.parse(kept.headers.get('Date')) < FRESH
  }

  // A page that came: its account is the one that is signed in, unless somebody signed in
  // or out since it was asked for. → whether it is kept
  async function noticed(address, answer, asked) {
    const who = answer.headers.get('X-Account')
    if (!answer.ok || answer.redirected || !who) return false
    const copy = answer.clone()
    if (!(await become(who, asked))) return false
    try {
      const cache = await caches.open(PAGES + who)
      if (asked !== turn) return false
      await cache.put(address, copy)
      return true
    } catch {
      return false // no room: as without a worker
    }
  }

  // What is asked for

  function answerTo(request) {
    const { origin, pathname, search } = new URL(request.url)
    if (origin !== self.location.origin) return null
    if (gates.includes(pathname) && request.method === 'POST') return throughGate(request)
    if (request.method !== 'GET') return null
    if (request.mode === 'navigate') return navigated(request, pathname, search)
    if (shell.has(pathname)) return fileOf(request, pathname)
    if (pathname.startsWith('/tiles/') || pathname === '/map/style.json') return mapPart(request)
    if (pathname.startsWith('/static/')) return asIs ? mapPart(request) : otherFile(request)
    return isPane(request, pathname, search) ? pane(request) : null
  }

  // Whoever signs in or out, with a network or without: until a page says whose it is,
  // nobody's is shown. Who signs out without one is signed out by the server before
  // anything else is asked of it.
  async function throughGate(request) {
    turn += 1
    const leaves = new URL(request.url).pathname === exit
    try {
      return await fetch(request)
    } catch (error) {
      if (leaves) await caches.open(sender.LEAVING)
      return (await caches.match(leaves ? left : offline)) ?? Promise.reject(error)
    } finally {
      turn += 1
      await become('')
    }
  }

  async function navigated(request, pathname, search) {
    const asked = turn
    if (!(await sender.leave())) return (await caches.match(left)) ?? fetch(request)
    const kept = await keptPage(pathname).catch(() => null)
    // No need to wait until it fails.
    if (kept && self.navigator.onLine === false) return kept
    try {
      const answer = await (kept ? soon(fetch(request)) : fetch(request))
      if (kept && answer.status >= 502) return kept
      if (!search) await noticed(pathname, answer, asked)
      return answer
    } catch (error) {
      if (kept) return kept
      return (await caches.match(offline)) ?? Promise.reject(error)
    }
  }

  // Of whoever's pages are kept: there are never two, and to look is quicker than to ask
  // the database.
  async function pagesCache() {
    const names = (await caches.keys()).filter((name) => name.startsWith(PAGES))
    if (!names.length) return null
    return caches.open(names.length === 1 ? names[0] : PAGES + await account())
  }

  // Marked as what it is; its own policy and nonce come with it.
  async function keptPage(pathname) {
    const kept = await (await pagesCache())?.match(pathname, { ignoreVary: true })
    if (!kept) return null
    const headers = new Headers(kept.headers)
    for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name)
    const html = (await kept.text()).replace('<html ', '<html data-kept ')
    return new Response(withModules(html), { status: 200, headers })
  }

  // All modules at once, not one after the other as each names the next. Only here: a
  // page that comes over the network is to be light.
  const SCRIPT = /<script type="module" nonce="([^"]*)" src="([^"]+)"/g

  function withModules(html) {
    const scripts = [...html.matchAll(SCRIPT)]
    const wanted = new Set(scripts.flatMap(([, , address]) => modules[address] ?? []))
    const links = [...wanted].map((address) => `<link rel="modulepreload" nonce="${scripts[0][1]}" href="${address}">`)
    return html.replace('</head>', `${links.join('')}</head>`)
  }

  function soon(answer) {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error('slow')), PATIENCE)
      answer.then(resolve, reject)
    })
  }

  let statics = null

  async function fileOf(request, pathname) {
    statics ??= caches.open(STATIC)
    const cache = await statics
    if (!asIs) return (await cache.match(pathname)) ?? otherFile(request)
    return fetch(request).catch(async (error) => (await cache.match(pathname)) ?? Promise.reject(error))
  }

  // Of the map, or of a page that was kept by an older version.
  async function otherFile(request) {
    const kept = await caches.match(request.url, { ignoreVary: true }).catch(() => null)
    return kept ?? fetch(request)
  }

  // Tiles and files of the map have names that change with what they hold; the style
  // says which tiles there are now.
  async function mapPart(request) {
    const who = await account()
    const name = MAP + who
    if (!who || !(await caches.has(name))) return fetch(request)
    const cache = await caches.open(name)
    const isStyle = request.url.includes('/map/style.json')
    if (!isStyle) return (await cache.match(request.url, { ignoreVary: true })) ?? fetch(request)
    return fetch(request).catch(async (error) =>
      (await cache.match(request.url, { ignoreVary: true })) ?? Promise.reject(error))
  }

  // The forms of tasks, and the small pictures on their cards.
  const isPart = (pathname) => /\/pane\/$/.test(pathname) || /^\/files\/[^/]+\/thumb\/$/.test(pathname)
  const isPane = (request, pathname, search) =>
    isPart(pathname) && (pathname.startsWith('/files/') || search.includes('as=task'))

  async function pane(request) {
    const who = await account()
    const cache = who && await caches.open(PAGES + who).catch(() => null)
    if (!cache) return fetch(request)
    try {
      const answer = await fetch(request)
      if (answer.ok && !answer.redirected) await keepPane(cache, request, answer.clone())
      return answer
    } catch (error) {
      return (await cache.match(request.url, { ignoreVary: true })) ?? Promise.reject(error)
    }
  }

  async function keepPane(cache, request, answer) {
    try { await cache.put(request.url, answer) } catch { return } // no room
    const panes = (await cache.keys()).filter(({ url }) => isPart(new URL(url).pathname))
    for (const old of panes.slice(0, Math.max(0, panes.length - PANES))) await cache.delete(old)
  }

  // While no page is open

  async function sendWaiting() {
    const channel = new BroadcastChannel('govmap-outbox')
    const ended = await sender.pump((told) => channel.postMessage(told))
    channel.postMessage({ ended })
    channel.close()
    // The browser tries again, later and later.
    if (ended === 'offline' || ended === 'later') throw new Error(ended)
  }
})()
