package io.muster.schema.frame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A TCP port of 127.0.0.1 that no other program receives from the system: a socket remains bound to
 * it, and does not listen. A program that sets {@code SO_REUSEADDR} can listen on it regardless, as
 * often as it is restarted; Java, Vert.x, Hazelcast and nginx set the option.
 *
 * <p>This is so on Linux. On other systems a second program could not listen, and the port is only
 * free when it is reserved.
 */
public final class ReservedPort implements AutoCloseable {
  private final Socket holder = new Socket();
  private final int number;

  public ReservedPort() {
    try {
      holder.setReuseAddress(true);
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      number = holder.getLocalPort();
      if (!System.getProperty("os.name").equals("Linux")) {
        holder.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int number() {
    return number;
  }

  /** The address to listen on. */
  public String address() {
    return "127.0.0.1:" + number;
  }

  @Override
  public void close() {
    try {
      holder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
