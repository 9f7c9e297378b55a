// <voice-note>: a few words beside the photos. Recorded in the browser, at most a minute,
// and then one of the photo picker's own: it is sent ahead, kept on the phone while there
// is no network, and taken away as a photo is.
//
//   data-for    the selector of the picker, within the form       words in data-say-*
//   data-most   seconds
import { notify } from 'govmap/notice'
import { uuid } from 'govmap/http'

// The first that the browser can make; the server tells them by their content.
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']
const BITS = 32_000 // a second: a minute is some 240 kB
const SIGN = 'data:image/svg+xml,' + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#5b6776"/>'
  + '<g fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round"><rect x="38" y="20" width="20" height="34" rx="10"/>'
  + '<path d="M27 46a21 21 0 0 0 42 0M48 67v11"/></g></svg>')

class VoiceNote extends HTMLElement {
  connectedCallback() {
    const can = window.isSecureContext && navigator.mediaDevices?.getUserMedia && window.MediaRecorder
    if (!can || this.button) return
    this.hidden = false
    this.button = this.querySelector('button')
    this.word = this.button.querySelector('span')
    this.idle = this.word.textContent
    this.picker = this.closest('form').querySelector(this.dataset.for)
    this.picker.recording = () => this.finished()
    this.button.addEventListener('click', () => (this.recorder ? this.stop() : this.start()))
    // Notes that a page before this one could not send have no picture of their own.
    this.picker.addEventListener('photos:change', () => this.dress())
    this.dress()
  }

  disconnectedCallback() {
    this.stop()
  }

  async start() {
    if (this.asking) return undefined
    if (this.picker.hasAttribute('data-full')) return notify(this.dataset.sayFull, { kind: 'error' })
    this.asking = true
    this.unwanted = false
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    } catch {
      return notify(this.dataset.sayDenied, { kind: 'error' })
    } finally {
      this.asking = false
    }
    if (this.unwanted || !this.isConnected) return this.stop()
    return this.record()
  }

  record() {
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one))
    const chunks = []
    this.recorder = new MediaRecorder(this.stream, { audioBitsPerSecond: BITS, ...(kind && { mimeType: kind }) })
    this.recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data))
    this.ended = new Promise((resolve) => {
      this.recorder.addEventListener('stop', () => {
        this.made(new Blob(chunks, { type: this.recorder.mimeType.split(';')[0] }))
        resolve()
      })
    })
    this.recorder.start()
    this.left = Number(this.dataset.most)
    this.button.setAttribute('aria-pressed', 'true')
    this.say()
    this.timer = setInterval(() => { this.left -= 1; if (this.left > 0) this.say(); else this.stop() }, 1000)
  }

  say() { this.word.textContent = this.dataset.sayLeft.replace('{seconds}', this.left) }

  stop() {
    clearInterval(this.timer)
    if (this.recorder?.state === 'recording') this.recorder.stop()
    for (const track of this.stream?.getTracks() ?? []) track.stop()
  }

  // Whoever sends the form sends what he is just saying with it.
  async finished() {
    this.unwanted = this.asking
    this.stop()
    await this.ended
  }

  made(blob) {
    this.recorder = null
    this.button.setAttribute('aria-pressed', 'false')
    this.word.textContent = this.idle
    if (!blob.size || !this.isConnected) return
    const id = uuid()
    this.picker.store?.put(id, blob).catch(() => null)
    this.picker.add({ id, small: blob })
    this.dress()
  }

  dress() {
    for (const { row, small } of this.picker.photos ?? []) {
      if (!small?.type.startsWith('audio/') || row.querySelector('audio')) continue
      const image = row.querySelector('img')
      image.src = SIGN
      image.alt = this.dataset.sayVoice
      const player = Object.assign(document.createElement('audio'), { controls: true, src: URL.createObjectURL(small) })
      player.className = 'voice-player'
      row.append(player)
    }
  }
}

customElements.define('voice-note', VoiceNote)
