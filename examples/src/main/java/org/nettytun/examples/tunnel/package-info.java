/** The tunnel: two hosts' TUN devices joined over UDP. */
package org.nettytun.examples.tunnel;
