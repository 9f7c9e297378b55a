// <photo-picker>: the photos of a form. Each is made small on the phone and sent ahead
// while its owner goes on; the form then only carries their uuids.
//
//   data-upload   where photos go (POST uuid, file)     data-name   of the form's field
//   data-most     how many                              words       in data-say-*
//   data-keep     whose unsent photos stay on the phone until they are sent, if any do
//   .uuids  .waiting  .restore(uuids)  .resume()  .clear()
//   await .settled() → true once every photo was sent, false where one could not be
//   event photos:change
import { csrf, element, uuid } from 'govmap/http'
import { PhotoStore } from 'workflow/photo-store'
import { shrink } from 'workflow/shrink'

const WAITS = [2000, 5000, 15000] // ms before each further try
const PATIENCE = 60_000 // ms for one photo on a weak signal

class PhotoPicker extends HTMLElement {
  connectedCallback() {
    if (this.photos) return
    this.photos = []
    this.list = this.querySelector('[data-photos]')
    this.said = this.querySelector('[data-said]')
    this.store = this.dataset.keep ? new PhotoStore(this.dataset.keep) : null
    this.addEventListener('change', (event) => {
      if (event.target.type === 'file') this.take(event.target)
    })
    this.list.addEventListener('click', (event) => this.clicked(event))
    this.again = () => this.retry()
    addEventListener('online', this.again)
    this.show()
    // Whoever is quicker than the scripts has chosen a photo already.
    for (const input of this.querySelectorAll('input[type=file]')) {
      if (input.files.length) this.take(input)
    }
  }

  disconnectedCallback() {
    removeEventListener('online', this.again)
  }

  get most() { return Number(this.dataset.most) }
  get uuids() { return this.photos.filter(isSent).map((photo) => photo.id) }
  get waiting() { return this.photos.filter((photo) => !isSent(photo)).length }

  take(input) {
    const files = [...input.files]
    const room = this.most - this.photos.length
    // The files go ahead of the form, not with it.
    input.value = ''
    for (const file of files.slice(0, room)) this.add({ file })
    this.say(files.length > room ? this.dataset.sayTooMany : '')
  }

  add(photo) {
    photo.id ??= uuid()
    photo.tries = 0
    photo.row = element(this.querySelector('template').innerHTML)
    photo.row.dataset.id = photo.id
    this.photos.push(photo)
    this.list.append(photo.row)
    this.show()
    if (photo.file || photo.small) this.send(photo)
    else this.mark(photo, 'sent')
  }

  restore(uuids) {
    for (const id of uuids) {
      this.add({ id })
      const photo = this.photos.at(-1)
      const image = photo.row.querySelector('img')
      image.onerror = () => this.drop(photo, this.dataset.sayGone)
      image.src = `${this.dataset.upload}${id}/thumb/`
    }
  }

  // Those that a page before this one could not send. → how many
  async resume() {
    const kept = (await this.store?.all()) ?? []
    for (const { id, blob } of kept.slice(0, this.most - this.photos.length)) this.add({ id, small: blob })
    return kept.length
  }

  clear() {
    for (const photo of [...this.photos]) this.drop(photo)
  }

  async send(photo) {
    this.mark(photo, 'sending')
    if (!photo.small) {
      photo.small = await shrink(photo.file)
      this.store?.put(photo.id, photo.small)
    }
    const image = photo.row.querySelector('img')
    if (!image.src) image.src = URL.createObjectURL(photo.small)
    const bar = photo.row.querySelector('progress')
    const { status, text } = await upload(this.dataset.upload, photo, (part) => { bar.value = part })
    if (!this.photos.includes(photo)) return
    if (status === 200 || status === 201) this.mark(photo, 'sent')
    else if (status === 0 || status >= 500) this.wait(photo)
    else this.mark(photo, 'refused', text)
  }

  // A weak signal comes back: try by itself a few times, then on a tap.
  wait(photo) {
    const pause = WAITS[photo.tries++]
    this.mark(photo, pause ? 'pausing' : 'failed', this.dataset.sayFailed)
    if (pause) photo.timer = setTimeout(() => this.send(photo), pause)
  }

  retry(only = null) {
    for (const photo of this.photos) {
      if ((only && photo !== only) || !['pausing', 'failed'].includes(photo.state)) continue
      clearTimeout(photo.timer)
      photo.tries = 0
      this.send(photo)
    }
  }

  clicked(event) {
    const button = event.target.closest('button')
    const photo = button && this.photos.find((one) => one.row.contains(button))
    if (!photo) return
    if ('retry' in button.dataset) this.retry(photo)
    else this.drop(photo)
  }

  drop(photo, sentence = '') {
    clearTimeout(photo.timer)
    this.store?.remove(photo.id)
    this.photos = this.photos.filter((one) => one !== photo)
    URL.revokeObjectURL(photo.row.querySelector('img').src)
    const next = photo.row.nextElementSibling ?? photo.row.previousElementSibling
    photo.row.remove()
    ;(next?.querySelector('[data-remove]') ?? this.querySelector('input[type=file]')).focus()
    this.say(sentence)
    this.show()
  }

  mark(photo, state, sentence = '') {
    photo.state = photo.row.dataset.state = state
    photo.row.querySelector('[data-retry]').hidden = !['pausing', 'failed'].includes(state)
    photo.row.querySelector('progress').hidden = state !== 'sending'
    if (state === 'sent') {
      this.store?.remove(photo.id)
      photo.row.append(hidden(this.dataset.name, photo.id))
    }
    if (state === 'failed' || state === 'refused') this.say(sentence)
    this.show()
  }

  show() {
    this.toggleAttribute('data-filled', this.photos.length > 0)
    this.toggleAttribute('data-full', this.photos.length >= this.most)
    this.dispatchEvent(new CustomEvent('photos:change', { bubbles: true }))
  }

  say(sentence) {
    this.said.textContent = sentence
    this.said.hidden = !sentence
  }

  settled() {
    const decided = () => this.photos.every(({ state }) => ['sent', 'failed', 'refused'].includes(state))
    return new Promise((resolve) => {
      const look = () => {
        if (!decided()) return
        this.removeEventListener('photos:change', look)
        resolve(this.waiting === 0)
      }
      this.addEventListener('photos:change', look)
      look()
    })
  }
}

const isSent = ({ state }) => state === 'sent'

function hidden(name, value) {
  return Object.assign(document.createElement('input'), { type: 'hidden', name, value })
}

// fetch tells nothing of what was sent, so the old way. {status, text}; 0: no network.
function upload(url, photo, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const body = new FormData()
    body.append('uuid', photo.id)
    body.append('file', photo.small, 'photo.jpg')
    request.open('POST', url)
    request.timeout = PATIENCE
    request.setRequestHeader('X-CSRFToken', csrf())
    request.setRequestHeader('X-Requested-With', 'fetch')
    request.upload.onprogress = (event) => progress(event.loaded / event.total)
    request.onload = () => resolve({ status: request.status, text: sentenceOf(request) })
    request.onerror = request.ontimeout = () => resolve({ status: 0, text: '' })
    request.send(body)
  })
}

function sentenceOf(request) {
  if ((request.getResponseHeader('Content-Type') ?? '').includes('json')) {
    return JSON.parse(request.responseText).detail ?? ''
  }
  return element(request.responseText)?.textContent.trim() ?? ''
}

customElements.define('photo-picker', PhotoPicker)
