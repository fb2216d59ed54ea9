package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/**
 * Bytes received and sent over the physical interfaces of {@code /proc/net/dev}. An interface is
 * physical if {@code /sys/class/net/NAME/device} exists: this includes the members of a bond and
 * excludes the bond, bridges, tunnels and the host's end of container interfaces, so that no byte
 * counts twice. If no interface is physical, as in a container, every interface but {@code lo}
 * counts. Used by one thread only.
 */
public final class NetworkTotals {
  private static final String INTERFACES_DIRECTORY = "sys/class/net";
  private static final int COLUMNS_BETWEEN_BYTE_COUNTS = 7;
  private static final byte[] LOOPBACK = "lo".getBytes(UTF_8);

  private final HostRoot hostRoot;
  private final String path;
  private List<byte[]> physicalInterfaces = List.of();
  private int interfaceCount = -1;
  private long receivedBytes;
  private long sentBytes;

  public NetworkTotals(HostRoot hostRoot) {
    this.hostRoot = hostRoot;
    this.path = hostRoot.hostProcessPath("net/dev");
  }

  /** Path of the counters, reported in read failures. */
  public String path() {
    return path;
  }

  /**
   * Reads the counters; detects the physical interfaces again if the number of interfaces changed.
   */
  public void read(KernelFileScanner scanner) throws IOException {
    scanner.load(hostRoot.file(path));
    skipHeader(scanner);
    int listedCount = 0;
    for (; !scanner.isAtEnd(); scanner.skipLine()) {
      listedCount++;
    }
    if (listedCount != interfaceCount) {
      refreshPhysicalInterfaces();
      interfaceCount = listedCount;
    }
    sumCounters(scanner);
  }

  /** Detects the physical interfaces again. */
  public void refreshPhysicalInterfaces() {
    physicalInterfaces =
        hostRoot.listNames(INTERFACES_DIRECTORY, "").stream()
            .filter(name -> hostRoot.exists(INTERFACES_DIRECTORY + "/" + name + "/device"))
            .map(name -> name.getBytes(UTF_8))
            .toList();
  }

  public long receivedBytes() {
    return receivedBytes;
  }

  public long sentBytes() {
    return sentBytes;
  }

  private void sumCounters(KernelFileScanner scanner) {
    receivedBytes = 0;
    sentBytes = 0;
    scanner.rewind();
    skipHeader(scanner);
    for (; !scanner.isAtEnd(); scanner.skipLine()) {
      if (isCounted(scanner) && scanner.seekInLine(':')) {
        scanner.nextCharacter();
        receivedBytes += scanner.nextNumber();
        scanner.skipWords(COLUMNS_BETWEEN_BYTE_COUNTS);
        sentBytes += scanner.nextNumber();
      }
    }
  }

  private boolean isCounted(KernelFileScanner scanner) {
    if (physicalInterfaces.isEmpty()) {
      return !scanner.isAtWord(LOOPBACK, ':');
    }
    for (int index = 0; index < physicalInterfaces.size(); index++) {
      if (scanner.isAtWord(physicalInterfaces.get(index), ':')) {
        return true;
      }
    }
    return false;
  }

  private static void skipHeader(KernelFileScanner scanner) {
    scanner.skipLine();
    scanner.skipLine();
  }
}
