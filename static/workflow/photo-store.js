// Photos that are not sent yet, kept on the phone: a weak browser throws a page away
// while its camera is open. Only of one owner, and only until they are sent.

const STORE = 'unsent'

export class PhotoStore {
  constructor(owner) {
    this.owner = owner
    this.opened = open().catch(() => null) // private windows have none
  }

  put(id, blob) { return this.ask('readwrite', (store) => store.put({ id, owner: this.owner, blob })) }
  remove(id) { return this.ask('readwrite', (store) => store.delete(id)) }

  // → [{id, blob}], the oldest first.
  async all() {
    const rows = (await this.ask('readonly', (store) => store.getAll())) ?? []
    return rows.filter(({ owner }) => owner === this.owner)
  }

  async ask(mode, what) {
    const database = await this.opened
    if (!database) return null
    return answer(what(database.transaction(STORE, mode).objectStore(STORE))).catch(() => null)
  }
}

function open() {
  const request = indexedDB.open('govmap-photos', 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' })
  return answer(request)
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
