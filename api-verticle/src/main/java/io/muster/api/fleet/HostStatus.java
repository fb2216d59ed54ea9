package io.muster.api.fleet;

import io.muster.schema.frame.FrameHead;
import java.time.Duration;

/**
 * A known host in a list.
 *
 * @param head of its newest frame
 * @param age since that frame came
 * @param alive whether the host is heard
 */
public record HostStatus(FrameHead head, Duration age, boolean alive) {}
