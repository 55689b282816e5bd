/** Which way a destination lies: longest prefix match for IPv4 and IPv6, changed while others look things up. */
package org.nettytun.routing;
