package io.muster.schema.event;

import java.util.Optional;

/**
 * The subject of a condition: a host, an accelerator of a host, or a member of the cluster.
 *
 * @param host name of the host
 * @param clientId identity of the host in the registry: 32 hexadecimal digits
 * @param gpu UUID of the accelerator
 * @param member address of the member
 */
public record EventSubject(
    Optional<String> host,
    Optional<String> clientId,
    Optional<String> gpu,
    Optional<String> member) {

  public static EventSubject ofHost(String host, String clientId) {
    return new EventSubject(
        Optional.of(host), Optional.of(clientId), Optional.empty(), Optional.empty());
  }

  public static EventSubject ofGpu(String host, String clientId, String gpu) {
    return new EventSubject(
        Optional.of(host), Optional.of(clientId), Optional.of(gpu), Optional.empty());
  }

  public static EventSubject ofMember(String address) {
    return new EventSubject(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(address));
  }
}
