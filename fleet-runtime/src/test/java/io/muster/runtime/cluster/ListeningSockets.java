package io.muster.runtime.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP ports on which a process of this Linux machine listens, from {@code /proc}. */
final class ListeningSockets {
  private static final String LISTEN = "0A";

  private ListeningSockets() {}

  /** The addresses, as {@code address:port}. */
  static List<String> of(long pid) throws IOException {
    var processInodes = inodes(pid);
    var addresses = Stream.<String>builder();
    for (var table : List.of("tcp", "tcp6")) {
      var path = Path.of("/proc", String.valueOf(pid), "net", table);
      if (Files.exists(path)) {
        Files.readAllLines(path).stream()
            .skip(1)
            .map(line -> line.strip().split("\\s+"))
            .filter(fields -> fields[3].equals(LISTEN) && processInodes.contains(fields[9]))
            .forEach(fields -> addresses.add(address(fields[1])));
      }
    }
    return addresses.build().toList();
  }

  private static Set<String> inodes(long pid) throws IOException {
    var inodes = new HashSet<String>();
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "fd"))) {
      for (var descriptor : descriptors) {
        var target = Files.readSymbolicLink(descriptor).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring(8, target.length() - 1));
        }
      }
    }
    return inodes;
  }

  /**
   * Decodes an address: the kernel prints words of four bytes in the machine's byte order, here
   * little endian.
   */
  private static String address(String hex) {
    var parts = hex.split(":", 2);
    var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(parts[0]));
    var ordered = ByteBuffer.allocate(bytes.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      ordered.putInt(bytes.getInt());
    }
    try {
      var address = InetAddress.getByAddress(ordered.array()).getHostAddress();
      return address + ":" + Integer.parseInt(parts[1], 16);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(hex, e);
    }
  }
}
