/** Packets in memory: {@link org.nettytun.buffer.PacketBuf}. */
package org.nettytun.buffer;
