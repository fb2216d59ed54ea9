package io.muster.collector.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.collector.proc.HostRoot;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Derives the client id: the first 16 bytes of SHA-256 over a salt, an id of the machine and the
 * hostname.
 *
 * <p>The id of the machine is {@code /etc/machine-id}, else D-Bus's copy, else the product UUID of
 * the firmware (which Linux shows to root only), else a random one that is kept in the data
 * directory. It is hashed because it is meant to stay on the machine (machine-id(5)), and because
 * the result then is Muster's alone.
 *
 * <p>The hostname is mixed in because machine ids are not as unique as they should be: containers
 * of one image and clones of one disk share them, and several collectors on one machine, each under
 * its own name, share it by nature. Two hosts under one id would overwrite each other's history,
 * and nobody would see it; a host under a new name becomes a new client beside the old one, which
 * everybody sees, and which a setting for the hostname prevents (containers, whose name is new each
 * time, need that setting anyway). A restart or a new installation changes neither part. Upper and
 * lower case of the hostname are the same.
 */
final class ClientIdResolver {
  private static final String SALT = "muster client id, version 1";
  private static final int ID_BYTES = 16;
  private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");

  /** What firmware holds whose maker left the field as it was; blank ones are caught apart. */
  private static final List<String> PLACEHOLDERS = List.of("03000200040005000006000700080009");

  private final HostRoot hostRoot;
  private final Path dataDirectory;
  private final Supplier<Optional<String>> hardwareId;

  ClientIdResolver(Path root, Path dataDirectory, Supplier<Optional<String>> hardwareId) {
    this.hostRoot = new HostRoot(root);
    this.dataDirectory = dataDirectory;
    this.hardwareId = hardwareId;
  }

  String clientId(String hostname) {
    var machineId =
        readMachineId("etc/machine-id")
            .or(() -> readMachineId("var/lib/dbus/machine-id"))
            .or(() -> readMachineId("sys/class/dmi/id/product_uuid"))
            .or(() -> hardwareId.get().flatMap(ClientIdResolver::validMachineId))
            .orElseGet(() -> new GeneratedMachineId(dataDirectory).loadOrCreate());
    return derive(machineId, hostname);
  }

  static String derive(String machineId, String hostname) {
    var input = String.join("\n", SALT, machineId, hostname.toLowerCase(Locale.ROOT));
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(input.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** 32 hexadecimal digits that tell one machine from another; UUIDs lose their hyphens. */
  static Optional<String> validMachineId(String id) {
    var normalized = id.strip().replace("-", "").toLowerCase(Locale.ROOT);
    boolean isUniform = normalized.chars().distinct().count() < 2;
    return MACHINE_ID.matcher(normalized).matches()
            && !isUniform
            && !PLACEHOLDERS.contains(normalized)
        ? Optional.of(normalized)
        : Optional.empty();
  }

  private Optional<String> readMachineId(String path) {
    return hostRoot.readText(path).flatMap(ClientIdResolver::validMachineId);
  }
}
