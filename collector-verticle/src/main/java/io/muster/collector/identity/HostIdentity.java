package io.muster.collector.identity;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who this host is.
 *
 * @param hostname as {@code hostname} prints it, or as the settings say
 * @param clientId 32 lower-case hexadecimal digits, the same after each restart; see {@link
 *     ClientIdResolver}
 */
public record HostIdentity(String hostname, String clientId) {

  /**
   * Finds out who this host is. It reads files, may write one and may load native code: call it off
   * the event loop, once.
   *
   * @param root {@code /}, or where a container sees the file system of its host
   * @param dataDirectory where an invented id is kept, for hosts that have none of their own
   * @param hostname takes the place of the system's name
   * @param hardwareId asks the firmware on systems other than Linux; called only when no file knows
   * @throws java.io.UncheckedIOException when an id had to be invented and cannot be kept
   */
  public static HostIdentity resolve(
      Path root,
      Path dataDirectory,
      Optional<String> hostname,
      Supplier<Optional<String>> hardwareId) {
    var name = hostname.orElseGet(() -> Hostname.read(root));
    var clientId = new ClientIdResolver(root, dataDirectory, hardwareId).clientId(name);
    return new HostIdentity(name, clientId);
  }
}
