/** What echo and router share: the longest prefix match, and the answer to a ping. */
package org.nettytun.examples.ip;
