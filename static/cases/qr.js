// <qr-scan>: the code on a part or at a shop fills in place and class of the report.
// Read by the camera where the browser can (BarcodeDetector), else typed.
//
//   data-url   answers ?code= with {title, lon, lat, category}     words in data-say-*
import { notify } from 'govmap/notice'

const PAUSE = 250 // ms between two looks

class QrScan extends HTMLElement {
  connectedCallback() {
    if (this.box) return
    this.hidden = false
    this.box = this.querySelector('[data-box]')
    this.typed = this.querySelector('[data-typed]')
    this.video = this.querySelector('video')
    this.querySelector('[data-open]').addEventListener('click', () => this.toggle())
    this.querySelector('[data-take]').addEventListener('click', () => this.look(this.typed.value))
    // Looking the code up, not sending the report.
    this.typed.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return
      event.preventDefault()
      this.look(this.typed.value)
    })
  }

  disconnectedCallback() {
    this.stop()
  }

  toggle() {
    this.box.hidden = !this.box.hidden
    this.querySelector('[data-open]').setAttribute('aria-expanded', String(!this.box.hidden))
    if (this.box.hidden) return this.stop()
    return this.watch()
  }

  async watch() {
    this.typed.focus({ preventScroll: true })
    if (!('BarcodeDetector' in window) || !navigator.mediaDevices?.getUserMedia) return
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      this.reader = new BarcodeDetector({ formats: ['qr_code'] })
    } catch {
      return
    }
    // Closed while the browser asked.
    if (this.box.hidden || !this.isConnected) { this.stop(); return }
    this.video.srcObject = this.stream
    this.video.hidden = false
    await this.video.play()
    this.timer = setInterval(() => this.read(), PAUSE)
  }

  async read() {
    const found = await this.reader.detect(this.video).catch(() => [])
    if (found.length && this.timer) this.look(found[0].rawValue)
  }

  stop() {
    clearInterval(this.timer)
    this.timer = 0
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
    this.video.hidden = true
  }

  async look(code) {
    if (!code.trim()) return
    this.stop()
    const address = `${this.dataset.url}?code=${encodeURIComponent(code.trim().slice(0, 300))}`
    let answer
    try {
      answer = await fetch(address, { headers: { 'X-Requested-With': 'fetch' } })
    } catch {
      notify(this.dataset.sayOffline, { kind: 'error' })
      return
    }
    if (!answer.ok || answer.redirected) {
      notify(answer.status === 404 ? this.dataset.sayUnknown : this.dataset.sayOffline, { kind: 'error' })
      return
    }
    this.fillIn(await answer.json())
  }

  // The report form's own pickers do the rest.
  fillIn({ title, lon, lat, category }) {
    const form = this.closest('report-form')
    form.place?.set(lon, lat, undefined, 'map')
    if (category) form.what?.choose(String(category))
    this.box.hidden = true
    this.querySelector('[data-open]').setAttribute('aria-expanded', 'false')
    notify(this.dataset.sayFound.replace('{title}', title), { kind: 'success' })
  }
}

customElements.define('qr-scan', QrScan)
