/** The ledger: counters, and the reasons for which packets are dropped. */
package org.nettytun.stats;
