// Where it is: the phone's own position, a tap on the map, or an address.
// The server says in words what lies there; without it the numbers are kept.
import { fetchFragment } from 'govmap/http'
import { loadMap } from 'layers/lazy-map'

const GOOD = 15 // metres: exact enough to stop asking the phone
const PATIENCE = 20_000 // ms for the phone to become exact
const PAUSE = 350 // ms after the last letter of an address

export class PlacePicker {
  // urls: { place, addresses }
  constructor(root, urls, words, changed) {
    Object.assign(this, { root, urls, words, changed })
    this.field = root.querySelector('input[name=place]')
    this.said = root.querySelector('[data-place-words]')
    this.address = root.querySelector('input[name=address]')
    this.found = root.querySelector('[data-found]')
    this.opener = root.querySelector('[data-change]')
    this.chosenBy = ''
    this.opener.addEventListener('click', () => this.toggle())
    root.querySelector('[data-here]').addEventListener('click', () => this.locate(true))
    this.address.addEventListener('input', () => this.typed())
    // Choosing one of the addresses, not sending.
    this.address.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') event.preventDefault()
    })
    this.found.addEventListener('change', (event) => this.picked(event.target))
    this.back = () => { if (this.unnamed) this.name() }
    addEventListener('online', this.back)
  }

  destroy() {
    this.stop()
    removeEventListener('online', this.back)
    this.map?.destroy()
  }

  get value() { return this.field.value && { place: this.field.value, by: this.chosenBy } }

  restore({ place, by }, address) {
    this.address.value = address ?? ''
    this.isOwnAddress = Boolean(address)
    const [lon, lat, accuracy] = place.split(',').map(Number)
    this.set(lon, lat, accuracy, by)
  }

  // A place that somebody chose is not moved by the phone any more.
  locate(asked = false) {
    if (!window.isSecureContext) return this.tell(this.words.insecure, true)
    if (!navigator.geolocation) return this.tell(this.words.not_found, true)
    this.stop()
    if (asked) this.chosenBy = ''
    if (!this.field.value) this.tell(this.words.locating)
    const options = { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 10_000 }
    this.watching = navigator.geolocation.watchPosition(
      ({ coords }) => this.came(coords),
      (error) => this.missed(error),
      options,
    )
    this.timer = setTimeout(() => this.stop(), PATIENCE)
    return undefined
  }

  stop() {
    if (this.watching !== undefined) navigator.geolocation.clearWatch(this.watching)
    this.watching = undefined
    clearTimeout(this.timer)
  }

  came({ longitude, latitude, accuracy }) {
    if (this.chosenBy && this.chosenBy !== 'phone') return this.stop()
    const better = this.accuracy === undefined || this.chosenBy === '' || accuracy < this.accuracy
    if (better) this.set(longitude, latitude, Math.round(accuracy), 'phone')
    if (accuracy <= GOOD) this.stop()
    return undefined
  }

  missed(error) {
    this.stop()
    if (this.field.value) return
    this.tell(error.code === error.PERMISSION_DENIED ? this.words.denied : this.words.not_found, true)
  }

  set(lon, lat, accuracy, by) {
    const metres = Number.isFinite(accuracy) ? accuracy : undefined
    Object.assign(this, { lon, lat, accuracy: metres, chosenBy: by })
    const numbers = [lon.toFixed(7), lat.toFixed(7)]
    if (metres !== undefined) numbers.push(String(metres))
    this.field.value = numbers.join(',')
    if (by !== 'map') this.pin?.set(lon, lat, metres)
    if (by === 'address' || by === 'phone') this.map?.flyTo(lon, lat, 18)
    this.changed()
    this.name()
  }

  async name() {
    this.asking?.abort()
    this.asking = new AbortController()
    const address = new URL(this.urls.place, location.href)
    address.searchParams.set('lon', this.lon)
    address.searchParams.set('lat', this.lat)
    if (this.accuracy) address.searchParams.set('accuracy', this.accuracy)
    let answer
    try {
      answer = await fetchFragment(address, { signal: this.asking.signal })
    } catch {
      return
    }
    this.unnamed = !answer.ok || answer.response.redirected
    if (this.unnamed) return this.tell(this.words.unnamed)
    this.said.innerHTML = answer.html
    this.usual = this.said.firstElementChild.dataset.classes?.split(' ').filter(Boolean) ?? []
    if (!this.isOwnAddress) this.address.value = this.said.firstElementChild.dataset.address
    this.changed()
  }

  tell(sentence, open = false) {
    const line = document.createElement('p')
    line.className = 'place-line place-wait'
    line.textContent = sentence
    this.said.replaceChildren(line)
    if (open) this.toggle(true)
  }

  typed() {
    this.isOwnAddress = this.address.value.trim() !== ''
    clearTimeout(this.typing)
    this.typing = setTimeout(() => this.find(), PAUSE)
    this.changed()
  }

  async find() {
    const text = this.address.value.trim()
    if (text.length < 2) return this.found.replaceChildren()
    const address = new URL(this.urls.addresses, location.href)
    address.searchParams.set('q', text)
    const { ok, html } = await fetchFragment(address)
    if (!ok || this.address.value.trim() !== text) return undefined
    this.found.innerHTML = html
    // The hidden field is the place; these only set it.
    for (const radio of this.found.querySelectorAll('input')) radio.name = 'found'
    return undefined
  }

  picked(radio) {
    const [lon, lat] = radio.value.split(',').map(Number)
    this.stop()
    this.address.value = radio.dataset.address
    this.isOwnAddress = true
    this.found.replaceChildren()
    this.set(lon, lat, undefined, 'address')
    this.address.focus()
  }

  toggle(open = this.opener.getAttribute('aria-expanded') !== 'true') {
    this.opener.setAttribute('aria-expanded', String(open))
    this.root.classList.toggle('is-open', open)
    if (open) this.showMap()
  }

  async showMap() {
    if (this.map || this.drawing) return
    this.drawing = true
    const here = this.field.value ? { center: [this.lon, this.lat], zoom: 18 } : {}
    const box = this.root.querySelector('[data-map]')
    try {
      const createMap = await loadMap()
      this.map = await createMap(box, here)
    } catch {
      this.root.querySelector('[data-map-hint]').textContent = this.words.no_map
      return
    } finally {
      this.drawing = false
    }
    const start = this.field.value ? { lon: this.lon, lat: this.lat, accuracy: this.accuracy } : {}
    this.pin = this.map.choosePlace({
      ...start,
      onChange: ({ lon, lat }) => { this.stop(); this.set(lon, lat, undefined, 'map') },
    })
    // The phone may have found its place while the map was drawn.
    if (this.field.value) this.map.flyTo(this.lon, this.lat, 18)
  }
}
