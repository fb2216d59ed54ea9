package io.muster.api.fleet;

import io.muster.schema.frame.FrameHeader;
import java.time.Duration;

/**
 * The status of a known host.
 *
 * @param header header of its latest frame
 * @param age time since that frame arrived
 * @param alive false if the host is silent
 */
public record HostStatus(FrameHeader header, Duration age, boolean alive) {}
