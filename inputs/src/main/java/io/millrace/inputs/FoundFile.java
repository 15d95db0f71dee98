// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * A file that can be read.
 *
 * @param id what makes it itself
 * @param modified when it was last changed, by which files are ordered
 * @param size how many bytes of it are read, ever
 * @param splits where it may be divided, its end as the last
 */
record FoundFile(FileId id, FileTime modified, long size, List<RecordFormat.Split> splits) {}
