// The file field of an import takes a dropped file, and says what was chosen.

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type=file]')
    this.words = this.querySelector('.drop-name')
    this.input.addEventListener('change', () => this.show())
    for (const name of ['dragenter', 'dragover']) {
      this.addEventListener(name, (event) => this.over(event, true))
    }
    this.addEventListener('dragleave', (event) => this.over(event, false))
    this.addEventListener('drop', (event) => this.take(event))
    this.closest('form').addEventListener('submit', (event) => this.sent(event))
  }

  over(event, on) {
    event.preventDefault()
    this.toggleAttribute('data-over', on)
  }

  take(event) {
    this.over(event, false)
    if (!event.dataTransfer.files.length) return
    this.input.files = event.dataTransfer.files
    this.show()
  }

  show() {
    const [file] = this.input.files
    if (!file) return
    const large = file.size >= 1e6
    const size = new Intl.NumberFormat(document.documentElement.lang, {
      style: 'unit', unit: large ? 'megabyte' : 'kilobyte', maximumFractionDigits: large ? 1 : 0,
    })
    this.words.textContent = `${file.name} · ${size.format(file.size / (large ? 1e6 : 1e3))}`
    this.toggleAttribute('data-chosen', true)
  }

  // A large file takes a while: the button says so and cannot be pressed twice.
  sent(event) {
    const button = event.submitter
    if (!button || !this.input.files.length) return
    button.disabled = true
    button.lastChild.textContent = this.dataset.sending
  }
}
customElements.define('file-drop', FileDrop)
