/** What is served, and how its work is queued: models, versions, batches, deadlines. */
@NullMarked
package dev.amulet.server.model;

import org.jspecify.annotations.NullMarked;
