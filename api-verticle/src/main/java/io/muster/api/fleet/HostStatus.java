package io.muster.api.fleet;

import io.muster.schema.frame.FrameHeader;
import java.time.Duration;

/**
 * A known host in a list.
 *
 * @param head of its newest frame
 * @param age since that frame came
 * @param alive whether the host is heard
 */
public record HostStatus(FrameHeader head, Duration age, boolean alive) {}
