// Photos that are not sent yet, kept on the phone: a weak browser throws a page away
// while its camera is open. Only of one owner, and only until they are sent.
import 'field/store'

const { store } = globalThis.govmapField
export const { Full } = store

export class PhotoStore {
  constructor(keep) {
    this.keep = keep
  }

  // Throws Full.
  put(id, blob) { return store.put('blobs', { id, keep: this.keep, blob }) }
  remove(id) { return store.remove('blobs', id).catch(() => null) }

  // → [{id, blob}], in their order.
  async all() {
    const rows = await store.all('blobs').catch(() => [])
    return rows.filter(({ keep }) => keep === this.keep)
  }
}
