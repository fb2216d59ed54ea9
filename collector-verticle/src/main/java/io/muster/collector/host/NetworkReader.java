package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.InterfaceCounters;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.source.HostReadings.NetworkCounters;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reader of the bytes received and sent over the physical interfaces of {@code /proc/net/dev}. An
 * interface is physical if {@code /sys/class/net/NAME/device} exists: this includes the members of
 * a bond and excludes the bond, bridges, tunnels and the host's end of container interfaces, so
 * that no byte counts twice. If no interface is physical, as in a container, every interface but
 * {@code lo} counts. Used by the lane's thread only.
 */
final class NetworkReader {
  private static final String INTERFACES_DIRECTORY = "sys/class/net";

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final String path;
  private Set<String> physicalInterfaces = Set.of();
  private int interfaceCount = -1;

  /** Creates the reader; nothing is read yet. */
  NetworkReader(HostRoot hostRoot, KernelFileScanner scanner) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.path = hostRoot.hostProcessPath("net/dev");
  }

  /** Path of the counters, reported in read failures. */
  String path() {
    return path;
  }

  /**
   * Reads the counters; detects the physical interfaces again if the number of interfaces changed.
   */
  NetworkCounters read() throws IOException {
    scanner.load(hostRoot.file(path));
    var interfaces = InterfaceCounters.parse(scanner);
    if (interfaces.size() != interfaceCount) {
      refreshPhysicalInterfaces();
      interfaceCount = interfaces.size();
    }
    var counted = interfaces.stream().filter(each -> isCounted(each.name())).toList();
    return new NetworkCounters(
        counted.stream().mapToLong(InterfaceCounters::sentBytes).sum(),
        counted.stream().mapToLong(InterfaceCounters::receivedBytes).sum());
  }

  /** Detects the physical interfaces again. */
  void refreshPhysicalInterfaces() {
    physicalInterfaces =
        hostRoot.listNames(INTERFACES_DIRECTORY, "").stream()
            .filter(name -> hostRoot.exists(INTERFACES_DIRECTORY + "/" + name + "/device"))
            .collect(Collectors.toSet());
  }

  private boolean isCounted(String name) {
    return physicalInterfaces.isEmpty() ? !name.equals("lo") : physicalInterfaces.contains(name);
  }
}
