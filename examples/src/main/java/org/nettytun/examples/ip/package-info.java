/** What examples share: the longest prefix match, the answer to a ping, and whether a channel has room. */
package org.nettytun.examples.ip;
