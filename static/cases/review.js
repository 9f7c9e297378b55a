// 结案督查: what was closed, with the photo before and the photo after.
import { CaseList } from 'cases/case-list'

class CaseReview extends CaseList {
  connectedCallback() {
    super.connectedCallback()
    this.shown()
  }

  // One photo over the other, with a handle; the choice is kept from case to case.
  shown() {
    const offer = this.pane.querySelector('[data-compare-switch]')
    if (!offer) return
    const [compare, button] = [this.pane.querySelector('[data-compare]'), offer.querySelector('[data-slide]')]
    offer.hidden = false
    const range = Object.assign(document.createElement('input'), {
      type: 'range', min: 0, max: 100, value: 50, className: 'compare-range', hidden: true,
    })
    range.setAttribute('aria-label', button.textContent.trim())
    range.addEventListener('input', () => compare.style.setProperty('--cut', `${range.value}%`))
    compare.append(range)
    const slide = (on) => {
      this.sliding = on
      compare.classList.toggle('is-slider', on)
      range.hidden = !on
      button.setAttribute('aria-pressed', String(on))
    }
    button.addEventListener('click', () => slide(!this.sliding))
    slide(Boolean(this.sliding))
  }
}
customElements.define('case-review', CaseReview)
