/** A small IP router between TUN devices. */
package org.nettytun.examples.router;
