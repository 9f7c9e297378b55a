// The page of one typical case: its photos, in full on a click.
import { showPhotos } from 'workflow/photo-dialog'
import 'cases/photo-compare'

class ExamplePage extends HTMLElement {
  connectedCallback() { showPhotos(this) }
}
customElements.define('example-page', ExamplePage)
