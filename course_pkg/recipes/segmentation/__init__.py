"""Every segmentation network, trained and measured alike: `settings`, `data`, `recipe`, `picture`.

Then one file a family of networks, in the order of the chapters: `patches`, `full_resolution`,
`fcn`, `encoder_decoders`, `multiscale`, `refinement`.
"""
