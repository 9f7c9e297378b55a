// What this phone keeps of an account, in one database: drafts, photos that are not sent
// yet, and what waits to be sent.
//
// A classic script, for the worker takes it in by importScripts; a module imports it for
// what it leaves behind: govmapField.store.
//
//   drafts  {key, owner, draft}           blobs  {id, keep, blob}
//   items   {id, owner, …} (see outbox)   meta   {id, …} of the worker
;(() => {
  const NAME = 'govmap-field'
  const STORES = { drafts: 'key', items: 'id', blobs: 'id', meta: 'id' }

  // The phone has no room left: what was there is still there.
  class Full extends Error {}

  let opened = null

  // null where the browser keeps nothing, as private windows of old ones.
  function open() {
    opened ??= new Promise((resolve) => {
      let request = null
      try { request = indexedDB.open(NAME, 1) } catch { resolve(null); return }
      request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath })
      }
      request.onsuccess = () => {
        const database = request.result
        database.onclose = database.onversionchange = () => { database.close(); opened = null }
        resolve(database)
      }
      request.onerror = () => { opened = null; resolve(null) }
    })
    return opened
  }

  // One transaction over all of them: done whole or not at all, and on the disk when it
  // is said to be done. Throws Full. → null where nothing is kept.
  async function change(what, { lasting = true } = {}) {
    const database = await open()
    if (!database) return null
    return new Promise((resolve, reject) => {
      const names = Object.keys(STORES)
      const durability = lasting ? 'strict' : 'relaxed'
      const transaction = database.transaction(names, 'readwrite', { durability })
      const fail = (error) => reject(error?.name === 'QuotaExceededError' ? new Full(error.message) : error)
      transaction.onabort = () => fail(transaction.error)
      transaction.oncomplete = () => resolve(true)
      try {
        what(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])))
      } catch (error) {
        fail(error)
        transaction.abort()
      }
    })
  }

  async function read(name, what) {
    const database = await open()
    if (!database) return null
    return new Promise((resolve, reject) => {
      const request = what(database.transaction(name).objectStore(name))
      request.onsuccess = () => resolve(request.result ?? null)
      request.onerror = () => reject(request.error)
    })
  }

  globalThis.govmapField = {
    ...globalThis.govmapField,
    store: {
      Full,
      change,
      isOpen: async () => Boolean(await open()),
      get: (name, id) => read(name, (store) => store.get(id)),
      all: async (name) => (await read(name, (store) => store.getAll())) ?? [],
      put: (name, row, how) => change((stores) => stores[name].put(row), how),
      remove: (name, id, how) => change((stores) => stores[name].delete(id), how),
    },
  }
})()
