/**
 * The hairpin: what one packet costs a program. 64 packets are in flight; the kernel forwards each back out of the TUN
 * device it was written to, and the program reads it, restores its TTL and writes it again.
 */
package org.nettytun.benchmarks.hairpin;
