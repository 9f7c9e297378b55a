// What was reported near a place of the same class, asked when both are chosen.
import { fetchFragment } from 'govmap/http'

export class NearBox {
  constructor(box, url) {
    Object.assign(this, { box, url, asked: '' })
  }

  // place: {lon, lat} or nothing; category: an id or ''.
  async look(place, category) {
    const wanted = place && category ? `${place.lon},${place.lat},${category}` : ''
    if (wanted === this.asked) return
    this.asked = wanted
    this.asking?.abort()
    if (!wanted) return this.box.replaceChildren()
    this.asking = new AbortController()
    const address = new URL(this.url, location.href)
    address.search = new URLSearchParams({ lon: place.lon, lat: place.lat, category })
    try {
      const { ok, html, response } = await fetchFragment(address, { signal: this.asking.signal })
      if (ok && !response.redirected) this.box.innerHTML = html
      else this.box.replaceChildren()
    } catch { /* a newer question is on its way */ }
    return undefined
  }
}
