/** Views of IP headers in place. */
package org.nettytun.packet;
