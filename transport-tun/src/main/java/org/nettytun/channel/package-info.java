/** The TUN channel and its event loop: bootstrap {@link org.nettytun.channel.TunChannel}. */
package org.nettytun.channel;
