/** What examples share: addresses as numbers, the answer to a ping, and whether a channel has room. */
package org.nettytun.examples.ip;
