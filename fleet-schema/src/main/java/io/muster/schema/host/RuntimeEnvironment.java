package io.muster.schema.host;

import java.util.Optional;

/**
 * What the operating system of a host runs in: a container, a virtual machine, or one in the other.
 *
 * @param environment for people, the innermost of them: {@code Kubernetes}, {@code Docker}, {@code
 *     KVM}
 * @param containerRuntime what started the container, such as {@code Docker}; empty outside of one
 * @param containerId as the runtime writes it; empty where it cannot be told
 * @param podName Kubernetes only
 * @param namespace of the pod; Kubernetes only
 * @param vmType kind of virtual machine, such as {@code KVM}; empty on bare metal
 * @param hypervisor as it calls itself, such as {@code KVMKVMKVM}; empty where it cannot be told
 */
public record RuntimeEnvironment(
    String environment,
    Optional<String> containerRuntime,
    Optional<String> containerId,
    Optional<String> podName,
    Optional<String> namespace,
    Optional<String> vmType,
    Optional<String> hypervisor) {}
