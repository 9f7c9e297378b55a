// What the service worker does with a web push: a classic script, which the site's worker
// takes in by importScripts. The message holds words, a number and a link, nothing more.

// A push that shows nothing would cost the site its permission, so something is shown
// also where the message cannot be read.
function pushed(event) {
  try {
    return event.data ? event.data.json() : {}
  } catch {
    return {}
  }
}

// Only a page of this site is opened, whatever the message says.
function ownAddress(text) {
  const home = new URL('/notices/', self.location.origin)
  try {
    const address = new URL(text || home, home)
    return address.origin === home.origin ? address.href : home.href
  } catch {
    return home.href
  }
}

self.addEventListener('push', (event) => {
  const told = pushed(event)
  const shown = self.registration.showNotification(told.title || self.location.hostname, {
    body: told.body || '',
    // The same message sent again takes the place of the first.
    tag: told.key || 'notice',
    data: { url: ownAddress(told.url) },
  })
  event.waitUntil(shown)
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openPage(event.notification.data?.url ?? ownAddress('')))
})

async function openPage(url) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const here = pages.find((page) => page.url === url)
  return here ? here.focus() : self.clients.openWindow(url)
}
