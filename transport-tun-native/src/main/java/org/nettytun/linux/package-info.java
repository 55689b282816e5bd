/**
 * The Linux that Netty does not know: TUN descriptors, rtnetlink, network namespaces. The control path only; no call
 * here is made per packet.
 */
package org.nettytun.linux;
