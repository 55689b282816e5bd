/**
 * Super-packets: the virtio header before them, what they are split into, what they are merged from, and the checksums
 * that they owe. Pure functions of bytes and {@link org.nettytun.buffer.PacketMetadata}.
 */
package org.nettytun.offload;
