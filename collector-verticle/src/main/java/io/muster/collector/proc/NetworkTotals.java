package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/**
 * Bytes over the physical interfaces of {@code /proc/net/dev}. An interface is physical when {@code
 * /sys/class/net/NAME/device} exists: that takes the members of a bond and leaves the bond,
 * bridges, tunnels and the host's end of containers, so that no byte counts twice. Where none is
 * physical, as in a container, every interface but {@code lo} counts.
 */
public final class NetworkTotals {
  private static final String INTERFACES = "sys/class/net";
  private static final int BETWEEN_RECEIVED_AND_SENT = 7;
  private static final byte[] LOOPBACK = "lo".getBytes(UTF_8);

  private final KernelTree tree;
  private final String path;
  private List<byte[]> physical = List.of();
  private int interfaces = -1;
  private long receivedBytes;
  private long sentBytes;

  public NetworkTotals(KernelTree tree) {
    this.tree = tree;
    this.path = tree.ofHost("net/dev");
  }

  /** Where the counters stand, for the failure. */
  public String path() {
    return path;
  }

  /** Takes the counters; looks for physical interfaces when the number of interfaces changed. */
  public void read(KernelText text) throws IOException {
    text.load(tree.file(path));
    passTitles(text);
    int found = 0;
    for (; !text.atEnd(); text.nextLine()) {
      found++;
    }
    if (found != interfaces) {
      findPhysical();
      interfaces = found;
    }
    sum(text);
  }

  /** Looks again which interfaces are physical. */
  public void findPhysical() {
    physical =
        tree.names(INTERFACES, "").stream()
            .filter(name -> tree.exists(INTERFACES + "/" + name + "/device"))
            .map(name -> name.getBytes(UTF_8))
            .toList();
  }

  public long receivedBytes() {
    return receivedBytes;
  }

  public long sentBytes() {
    return sentBytes;
  }

  private void sum(KernelText text) {
    receivedBytes = 0;
    sentBytes = 0;
    text.rewind();
    passTitles(text);
    for (; !text.atEnd(); text.nextLine()) {
      if (counts(text) && text.seek(':')) {
        text.nextLetter();
        receivedBytes += text.nextNumber();
        text.skipWords(BETWEEN_RECEIVED_AND_SENT);
        sentBytes += text.nextNumber();
      }
    }
  }

  private boolean counts(KernelText text) {
    if (physical.isEmpty()) {
      return !text.wordNext(LOOPBACK, ':');
    }
    for (int name = 0; name < physical.size(); name++) {
      if (text.wordNext(physical.get(name), ':')) {
        return true;
      }
    }
    return false;
  }

  private static void passTitles(KernelText text) {
    text.nextLine();
    text.nextLine();
  }
}
