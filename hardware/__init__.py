"""The hardware of Chestnut as code: one home for every size, part and step; all else is built from them."""
