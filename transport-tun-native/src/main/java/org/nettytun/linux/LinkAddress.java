package org.nettytun.linux;

/**
 * An address of an interface.
 *
 * @param linkIndex the interface
 * @param prefix    the address and the length of its network
 */
public record LinkAddress(int linkIndex, IpPrefix prefix) {
}
