/** What examples share: addresses as numbers, and the answer to a ping. */
package org.nettytun.examples.ip;
