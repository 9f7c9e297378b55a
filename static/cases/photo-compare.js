// <photo-compare>: the photo before laid over the photo after, with a handle.
//
//   data-both          both sides have a photo; otherwise they stay side by side
//   data-slide         what the handle is called
//   [data-stage]       holds [data-side=before] and [data-side=after]
//   [data-pick=side]   a thumbnail: its photo comes into that side
//   [data-beside]      side by side again      [data-whole]   over the whole screen
//
// Without this script both photos stand side by side and each thumbnail is a link.
const MIDDLE = 50 // per cent

class PhotoCompare extends HTMLElement {
  // What somebody chose holds for the next case, too.
  static beside = false

  connectedCallback() {
    if (this.stage) return
    this.stage = this.querySelector('[data-stage]')
    this.addEventListener('click', (event) => this.picked(event))
    if (!('both' in this.dataset)) return
    this.querySelector('[data-tools]').hidden = false
    this.button = this.querySelector('[data-beside]')
    this.button.addEventListener('click', () => this.slide(this.button.getAttribute('aria-pressed') === 'true'))
    this.querySelector('[data-whole]').addEventListener('click', () => this.whole())
    this.makeHandle()
    this.slide(!PhotoCompare.beside)
  }

  disconnectedCallback() {
    if (this.stage && !this.contains(this.stage)) document.getElementById('photo-dialog')?.close()
  }

  makeHandle() {
    this.range = Object.assign(document.createElement('input'), {
      type: 'range', min: 0, max: 100, value: MIDDLE, className: 'compare-range',
    })
    this.range.setAttribute('aria-label', this.dataset.slide)
    this.range.addEventListener('input', () => this.cut(this.range.value))
    const line = Object.assign(document.createElement('span'), { className: 'compare-line' })
    line.setAttribute('aria-hidden', 'true')
    this.stage.append(this.range, line)
    this.stage.addEventListener('pointerdown', (event) => this.grabbed(event))
    this.stage.addEventListener('pointermove', (event) => {
      if (this.stage.hasPointerCapture(event.pointerId)) this.follow(event)
    })
    // A drag that ends on a photo is no click on it.
    this.stage.addEventListener('click', (event) => {
      if (!this.sliding) return
      event.preventDefault()
      event.stopPropagation()
    }, true)
    this.cut(MIDDLE)
  }

  get sliding() { return this.stage.classList.contains('is-slider') }

  slide(on) {
    PhotoCompare.beside = !on
    this.stage.classList.toggle('is-slider', on)
    this.range.hidden = !on
    this.button.setAttribute('aria-pressed', String(!on))
  }

  grabbed(event) {
    if (!this.sliding || event.button) return
    this.stage.setPointerCapture(event.pointerId)
    this.range.focus({ preventScroll: true })
    event.preventDefault()
    this.follow(event)
  }

  follow(event) {
    const { left, width } = this.stage.getBoundingClientRect()
    const share = Math.round(((event.clientX - left) / width) * 100)
    this.range.value = String(Math.min(Math.max(share, 0), 100))
    this.cut(this.range.value)
  }

  cut(percent) { this.stage.style.setProperty('--cut', `${percent}%`) }

  picked(event) {
    const thumb = event.target.closest('[data-pick]')
    if (!thumb || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const side = this.stage.querySelector(`[data-side="${thumb.dataset.pick}"]`)
    side.querySelector('a').href = thumb.href
    side.querySelector('img').src = thumb.href
    for (const one of this.querySelectorAll(`[data-pick="${thumb.dataset.pick}"]`)) one.removeAttribute('aria-current')
    thumb.setAttribute('aria-current', 'true')
  }

  // The stage itself goes into the dialog, and back when that is closed.
  whole() {
    const dialog = document.getElementById('photo-dialog')
    if (!dialog) return
    const place = this.stage.nextSibling
    const keep = (event) => event.stopPropagation()
    dialog.classList.add('has-stage')
    dialog.append(this.stage)
    this.stage.addEventListener('click', keep)
    dialog.addEventListener('close', () => {
      dialog.classList.remove('has-stage')
      this.stage.removeEventListener('click', keep)
      this.insertBefore(this.stage, place)
      this.querySelector('[data-whole]').focus()
    }, { once: true })
    dialog.showModal()
    this.range.focus()
  }
}
customElements.define('photo-compare', PhotoCompare)
