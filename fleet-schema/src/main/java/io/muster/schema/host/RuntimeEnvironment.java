package io.muster.schema.host;

import java.util.Optional;

/**
 * The environment that the operating system of a host runs in: a container, a virtual machine, or
 * one inside the other.
 *
 * @param environment display name of the innermost environment: {@code Kubernetes}, {@code Docker},
 *     {@code KVM}
 * @param containerRuntime runtime that started the container, such as {@code Docker}; empty outside
 *     a container
 * @param containerId id in the notation of the runtime; empty if unknown
 * @param podName Kubernetes only
 * @param namespace of the pod; Kubernetes only
 * @param vmType kind of virtual machine, such as {@code KVM}; empty on bare metal
 * @param hypervisor name that the hypervisor reports, such as {@code KVMKVMKVM}; empty if unknown
 */
public record RuntimeEnvironment(
    String environment,
    Optional<String> containerRuntime,
    Optional<String> containerId,
    Optional<String> podName,
    Optional<String> namespace,
    Optional<String> vmType,
    Optional<String> hypervisor) {}
