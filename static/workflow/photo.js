// <photo-picker>: the photos of a form. Each is made small on the phone and sent ahead
// while its owner goes on; the form then only carries their uuids.
//
//   data-upload   where photos go (POST uuid, file)     data-name   of the form's field
//   data-most     how many                              words       in data-say-*
//   data-keep     whose unsent photos stay on the phone until they are sent, if any do
//   .uuids  .waiting  .restore(uuids)  .resume()  .clear()
//   await .settled() → true once every photo was sent, false where one could not be
//   .refused  whether the server does not take one
//   await .handOver() → {name, keep, uuids, blobs: [{id, blob}]}: another sends them now
//   .recording    set by a voice note: it ends what is being said, and adds it
//   event photos:change
import { csrf, element, uuid } from 'govmap/http'
import { Full, PhotoStore } from 'workflow/photo-store'
import { shrink } from 'workflow/shrink'
import 'field/sender'

const WAITS = [2000, 5000, 15000] // ms before each further try
// No network, signed out, too slow, too many at once: nothing is wrong with the photo.
const COMES_BACK = [0, 401, 408, 429]

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
  get refused() { return this.photos.some(({ state }) => state === 'refused') }
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
      // Without a network nobody knows; the server has it or says so later.
      image.onerror = () => { if (navigator.onLine) this.drop(photo, this.dataset.sayGone) }
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
    if (!photo.small) await this.keepSmall(photo)
    const image = photo.row.querySelector('img')
    if (!image.src) image.src = URL.createObjectURL(photo.small)
    if (photo.handed || !this.photos.includes(photo)) return
    const bar = photo.row.querySelector('progress')
    photo.over = new AbortController()
    const { status, text } = await upload(photo.id, photo.small, whose(), {
      progress: (part) => { bar.value = part }, signal: photo.over.signal,
    })
    if (photo.handed || !this.photos.includes(photo)) return
    if (status === 200) this.mark(photo, 'sent')
    else if (COMES_BACK.includes(status) || status >= 500) this.wait(photo)
    else this.mark(photo, 'refused', text)
  }

  // Once: whoever is quick sends while it is still being made small.
  keepSmall(photo) {
    photo.shrinking ??= shrink(photo.file).then(async (small) => {
      photo.small = small
      try {
        await this.store?.put(photo.id, small)
      } catch (error) {
        // Not kept on the phone, it goes ahead from the page all the same.
        if (error instanceof Full) this.say(this.dataset.sayFull)
      }
    })
    return photo.shrinking
  }

  // They leave the form, and whoever takes them over has them on the disk first.
  async handOver() {
    await this.recording?.()
    const taken = [...this.photos]
    for (const photo of taken) {
      photo.handed = !isSent(photo)
      clearTimeout(photo.timer)
      photo.over?.abort()
      if (photo.file && !photo.small) await this.keepSmall(photo)
    }
    const left = taken.filter(({ handed, small }) => handed && small)
    return {
      name: this.dataset.name,
      keep: this.dataset.keep,
      uuids: taken.map(({ id }) => id),
      blobs: left.map(({ id, small }) => ({ id, blob: small })),
    }
  }

  // The form is free for the next; nothing that was kept is touched.
  release() {
    for (const photo of [...this.photos]) {
      URL.revokeObjectURL(photo.row.querySelector('img').src)
      photo.row.remove()
    }
    this.photos = []
    this.say('')
    this.show()
  }

  // Back again, where it could not be handed over.
  goOn() {
    for (const photo of this.photos.filter(({ handed }) => handed)) {
      photo.handed = false
      this.send(photo)
    }
  }

  // A weak signal comes back: try by itself a few times, then on a tap.
  wait(photo) {
    const pause = WAITS[photo.tries++]
    this.mark(photo, pause ? 'pausing' : 'failed', this.dataset.sayFailed)
    if (pause) photo.timer = setTimeout(() => this.send(photo), pause)
  }

  retry(only = null) {
    for (const photo of this.photos) {
      if (photo.handed || (only && photo !== only) || !['pausing', 'failed'].includes(photo.state)) continue
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

  async settled() {
    await this.recording?.()
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

const { upload } = globalThis.govmapField.sender
const whose = () => ({ csrf: csrf(), account: document.querySelector('meta[name=account]')?.content })

customElements.define('photo-picker', PhotoPicker)
