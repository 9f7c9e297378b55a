// <field-map>: the map of one's cells, kept on the phone: loaded on a tap, never more
// than so much, its size in sight, and taken off again.
import { fill } from 'govmap/words'

const AT_ONCE = 4 // requests
const MEGABYTE = 1_000_000
const account = document.querySelector('meta[name=account]').content
const NAME = `govmap-map-${account}`
const SAID = '/kept-map' // in the cache itself: how large, and when

class FieldMap extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById(this.dataset.words).textContent)
    this.said = this.querySelector('[data-said]')
    this.bar = this.querySelector('progress')
    this.load = this.querySelector('[data-load]')
    this.away = this.querySelector('[data-remove]')
    this.load?.addEventListener('click', () => this.fetchAll())
    this.away?.addEventListener('click', () => this.remove())
    this.show()
  }

  async show(sentence = '') {
    this.showUsed()
    if (!this.load) return
    if (!navigator.serviceWorker || !('caches' in window)) {
      this.said.textContent = this.words.no_worker
      return
    }
    const kept = await this.kept()
    this.load.hidden = false
    this.away.hidden = !kept
    this.said.textContent = sentence || (kept
      ? fill(this.words.kept, { size: megabytes(kept.bytes), time: new Date(kept.at).toLocaleString(document.documentElement.lang) })
      : this.words.none)
  }

  async showUsed() {
    const line = this.querySelector('[data-used]')
    try {
      const { usage, quota } = await navigator.storage.estimate()
      line.textContent = fill(this.words.used, { size: megabytes(usage), most: Math.round(quota / MEGABYTE) })
    } catch { line.hidden = true }
  }

  async kept() {
    if (!(await caches.has(NAME))) return null
    const said = await (await caches.open(NAME)).match(SAID)
    return said ? said.json() : null
  }

  async remove() {
    await caches.delete(NAME)
    this.away.hidden = true
    this.load.focus()
    await this.show()
  }

  // What is there already is not loaded again; what is of an older map goes.
  async fetchAll() {
    this.load.disabled = this.away.disabled = true
    this.bar.hidden = false
    let sentence = ''
    try {
      sentence = await this.run()
    } catch (error) {
      sentence = error.name === 'QuotaExceededError' ? this.words.full : this.words.broken
    }
    this.bar.hidden = true
    this.load.disabled = this.away.disabled = false
    await this.show(sentence)
  }

  async run() {
    const answer = await fetch(this.dataset.ask, { headers: { 'X-Requested-With': 'fetch' } })
    if (!answer.ok || answer.redirected) throw new Error('signed out')
    const { files, styles, tiles, most } = await answer.json()
    const cache = await caches.open(NAME)
    await this.sweep(cache, [...files, ...styles, ...tiles])
    const work = { waiting: [...files, ...styles, ...tiles], bytes: 0, done: 0, most, styles: new Set(styles) }
    work.all = work.waiting.length
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.fetchSome(cache, work)))
    await this.note(cache, work)
    return work.bytes > most ? fill(this.words.stopped, { size: megabytes(work.bytes) }) : ''
  }

  async sweep(cache, addresses) {
    const wanted = new Set(addresses.map((address) => new URL(address, location.href).href))
    for (const request of await cache.keys()) {
      if (!wanted.has(request.url) && !request.url.endsWith(SAID)) await cache.delete(request)
    }
  }

  async fetchSome(cache, work) {
    for (let address = work.waiting.shift(); address && work.bytes <= work.most; address = work.waiting.shift()) {
      let kept = work.styles.has(address) ? null : await cache.match(address, { ignoreVary: true })
      if (!kept) {
        kept = await fetch(address, { headers: { 'X-Requested-With': 'fetch' } })
        if (kept.redirected || [401, 403].includes(kept.status)) throw new Error('signed out')
        if (kept.ok) await cache.put(address, kept.clone())
      }
      work.bytes += (await kept.arrayBuffer()).byteLength
      work.done += 1
      if (work.done % 20 === 0) await this.note(cache, work)
      this.tell(work)
    }
  }

  note(cache, { bytes }) {
    const said = JSON.stringify({ bytes, at: Date.now() })
    return cache.put(SAID, new Response(said, { headers: { 'Content-Type': 'application/json' } }))
  }

  tell({ done, all, bytes }) {
    const percent = Math.round((100 * done) / all)
    this.bar.value = percent
    this.said.textContent = fill(this.words.loading, { percent: `${percent}%`, size: megabytes(bytes) })
  }
}

const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1)

customElements.define('field-map', FieldMap)
